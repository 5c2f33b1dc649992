// Command oracle answers, from Cilium's own Go packages, what an agent and an API server of one Cilium version make of
// manifests: accepted or refused, redirected to which proxy, and what the merged policy lets pass.
//
//	oracle serve          one JSON request a line on standard input, one JSON answer a line on standard output
//	oracle ask FILE...    one request made of these files, its answer indented
//	oracle version        the version of the Cilium module
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(2)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("say serve, ask FILE... or version")
	}
	switch args[0] {
	case "version":
		_, err := fmt.Fprintln(out, ciliumVersion())
		return err
	case "serve":
		return serve(in, out)
	case "ask":
		return ask(args[1:], out)
	default:
		return fmt.Errorf("there is no command %q", args[0])
	}
}

// serve answers until the input ends. A request that cannot be read, or makes Cilium panic, is answered by its error.
func serve(in io.Reader, out io.Writer) error {
	judge, err := newJudge()
	if err != nil {
		return err
	}
	lines := bufio.NewReaderSize(in, 1<<20)
	written := bufio.NewWriter(out)
	encoder := json.NewEncoder(written)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(judge.answerLine(line)); err != nil {
				return err
			}
			// Somebody waits for this line; a batch in the pipe is answered in one write.
			if lines.Buffered() == 0 {
				if err := written.Flush(); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return written.Flush()
		}
		if err != nil {
			return err
		}
	}
}

func ask(names []string, out io.Writer) error {
	judge, err := newJudge()
	if err != nil {
		return err
	}
	var request Request
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		request.Files = append(request.Files, File{Name: name, Text: string(text)})
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(judge.answer(request))
}

func ciliumVersion() string {
	if built, ok := debug.ReadBuildInfo(); ok {
		for _, module := range built.Deps {
			if module.Path == "github.com/cilium/cilium" {
				return module.Version
			}
		}
	}
	return "unknown"
}
