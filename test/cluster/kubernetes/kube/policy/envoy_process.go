package policy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	pidFile = "envoy.pid"
	// Envoy starts in 0.1 to 0.5 s here; more when the machine is busy.
	envoyStartLimit  = 10 * time.Second
	envoyReloadLimit = time.Second
)

// envoy is the node's Envoy: a process of its own, which lives on when the engine ends and is taken over by the next.
type envoy struct {
	program, folder string
	client          http.Client
	lock            sync.Mutex
	pid             int
	written         map[direction]string
}

func newEnvoy(program, folder string) (*envoy, error) {
	program, err := filepath.EvalSymlinks(program)
	if err != nil {
		return nil, err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", filepath.Join(folder, adminSocket))
	}
	return &envoy{
		program: program, folder: folder, written: map[direction]string{},
		client: http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: time.Second},
	}, nil
}

// apply brings the filters to Envoy, starts it where it does not run, and returns once it holds them.
func (e *envoy) apply(filters map[direction]string) error {
	if err := os.MkdirAll(e.folder, 0o755); err != nil {
		return err
	}
	for d, text := range filters {
		if e.written[d] == text {
			continue
		}
		if err := replaceFile(filepath.Join(e.folder, filterFile(d)), text); err != nil {
			return err
		}
		e.written[d] = text
	}
	limit := envoyReloadLimit
	if !e.running() {
		if err := e.start(); err != nil {
			return err
		}
		limit = envoyStartLimit
	}
	return e.waitFor(filters, limit)
}

// replaceFile writes a file that Envoy watches: it must be moved into place.
func replaceFile(file, text string) error {
	next := file + ".next"
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// running also takes over an Envoy that an engine before this one started with the same bootstrap.
func (e *envoy) running() bool {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.pid == 0 {
		e.pid = e.takeOver()
	}
	return e.pid != 0 && e.isEnvoy(e.pid)
}

func (e *envoy) takeOver() int {
	text, err := os.ReadFile(filepath.Join(e.folder, pidFile))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || !e.isEnvoy(pid) {
		return 0
	}
	if now, err := os.ReadFile(filepath.Join(e.folder, bootstrapFile)); err != nil || string(now) != envoyBootstrap(e.folder) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
		return 0
	}
	return pid
}

func (e *envoy) isEnvoy(pid int) bool {
	program, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil || program != e.program {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func (e *envoy) start() error {
	if err := os.WriteFile(filepath.Join(e.folder, bootstrapFile), []byte(envoyBootstrap(e.folder)), 0o644); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(e.folder, adminSocket)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	command := exec.Command(e.program, "--config-path", filepath.Join(e.folder, bootstrapFile),
		"--disable-hot-restart", "--log-level", "warning")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := command.Start(); err != nil {
		return err
	}
	go func() { _ = command.Wait() }()
	e.lock.Lock()
	e.pid = command.Process.Pid
	e.lock.Unlock()
	return os.WriteFile(filepath.Join(e.folder, pidFile), []byte(strconv.Itoa(command.Process.Pid)+"\n"), 0o644)
}

// started is when the Envoy that runs was started, in whole seconds as a kubelet tells it; empty where none runs.
func (e *envoy) started() string {
	file, err := os.Stat(filepath.Join(e.folder, pidFile))
	if err != nil || !e.running() {
		return ""
	}
	return file.ModTime().UTC().Format(time.RFC3339)
}

// waitFor returns once Envoy answers requests by these filters.
func (e *envoy) waitFor(filters map[direction]string, limit time.Duration) error {
	end := time.Now().Add(limit)
	for {
		held, err := e.versions()
		if err == nil && held[ingress] == version(filters[ingress]) && held[egress] == version(filters[egress]) {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("Envoy does not hold the HTTP rules after %s: it has %v (%w)", limit, held, err)
		}
		if !e.running() {
			return errors.New("Envoy ended")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func version(filter string) string {
	var response struct {
		Version string `json:"version_info"`
	}
	_ = json.Unmarshal([]byte(filter), &response)
	return response.Version
}

// versions are those of the filters that Envoy holds. Source: Envoy 1.40, admin /config_dump, EcdsConfigDump.
func (e *envoy) versions() (map[direction]string, error) {
	response, err := e.client.Get("http://envoy/config_dump?resource=ecds_filters")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var dump struct {
		Configs []struct {
			Version string `json:"version_info"`
			Filter  struct {
				Name direction `json:"name"`
			} `json:"ecds_filter"`
		} `json:"configs"`
	}
	if err := json.NewDecoder(response.Body).Decode(&dump); err != nil {
		return nil, err
	}
	held := map[direction]string{}
	for _, c := range dump.Configs {
		held[c.Filter.Name] = c.Version
	}
	return held, nil
}
