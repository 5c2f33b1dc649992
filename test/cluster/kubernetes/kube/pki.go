package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// authority is one certificate authority kept as two PEM files.
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func writePEM(path, kind string, der []byte, mode os.FileMode) {
	must(os.MkdirAll(filepath.Dir(path), 0o755))
	must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode))
}

func readPEM(path string) ([]byte, bool) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	p, _ := pem.Decode(b)
	if p == nil {
		return nil, false
	}
	return p.Bytes, true
}

func newKey(path string) *ecdsa.PrivateKey {
	if der, ok := readPEM(path); ok {
		k, err := x509.ParseECPrivateKey(der)
		must(err)
		return k
	}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	der, err := x509.MarshalECPrivateKey(k)
	must(err)
	writePEM(path, "EC PRIVATE KEY", der, 0o600)
	return k
}

func serial() *big.Int {
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	return n
}

func openCA(dir string) *authority {
	a := &authority{dir: dir, key: newKey(filepath.Join(dir, "ca.key"))}
	path := filepath.Join(dir, "ca.crt")
	if der, ok := readPEM(path); ok {
		c, err := x509.ParseCertificate(der)
		must(err)
		a.cert = c
		return a
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "test-cluster-ca"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature | x509.KeyUsageCRLSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, a.key.Public(), a.key)
	must(err)
	writePEM(path, "CERTIFICATE", der, 0o644)
	a.cert, err = x509.ParseCertificate(der)
	must(err)
	return a
}

// issue makes NAME.key and NAME.crt unless they are there already.
func (a *authority) issue(name, cn string, orgs, sans []string) {
	key := newKey(filepath.Join(a.dir, name+".key"))
	path := filepath.Join(a.dir, name+".crt")
	if _, ok := readPEM(path); ok {
		return
	}
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: cn, Organization: orgs},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	for _, s := range sans {
		if ip := net.ParseIP(s); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else if s != "" {
			t.DNSNames = append(t.DNSNames, s)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, crypto.PublicKey(key.Public()), a.key)
	must(err)
	writePEM(path, "CERTIFICATE", der, 0o644)
}

// kubeconfig writes NAME.kubeconfig with one context, NAME@CLUSTER.
func (a *authority) kubeconfig(name, cluster, server string) {
	b64 := func(f string) string {
		b, err := os.ReadFile(filepath.Join(a.dir, f))
		must(err)
		return base64.StdEncoding.EncodeToString(b)
	}
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: %[1]s
  cluster: {server: %[2]q, certificate-authority-data: %[3]s}
users:
- name: %[4]s
  user: {client-certificate-data: %[5]s, client-key-data: %[6]s}
contexts:
- name: %[4]s@%[1]s
  context: {cluster: %[1]s, user: %[4]s}
current-context: %[4]s@%[1]s
`, cluster, server, b64("ca.crt"), name, b64(name+".crt"), b64(name+".key"))
	must(os.WriteFile(filepath.Join(a.dir, name+".kubeconfig"), []byte(text), 0o600))
}

// runPKI fills a folder with the cluster's keys and kubeconfigs; what is there
// already stays. Each -user NAME=CN[:GROUP,...] gets a key pair and a kubeconfig.
func runPKI() int {
	fs := flag.NewFlagSet("pki", flag.ExitOnError)
	dir := fs.String("dir", "", "folder to fill")
	cluster := fs.String("cluster", "", "name of the cluster, for kubeconfigs")
	server := fs.String("server", "", "URL of the API server")
	sans := fs.String("sans", "", "names and addresses of the API server, with commas")
	var users, nodes, servers []string
	fs.Func("user", "NAME=CN[:GROUP,...], any number", func(s string) error { users = append(users, s); return nil })
	fs.Func("node", "NAME=ADDRESS, any number", func(s string) error { nodes = append(nodes, s); return nil })
	fs.Func("cert", "NAME=SAN[,SAN...]: a server's key pair, any number", func(s string) error { servers = append(servers, s); return nil })
	_ = fs.Parse(os.Args[1:])

	a := openCA(*dir)
	front := openCA(filepath.Join(*dir, "front"))
	front.issue("client", "front-proxy", nil, nil)
	a.issue("apiserver", "kube-apiserver", nil, strings.Split(*sans, ","))
	a.issue("apiserver-kubelet", "apiserver-kubelet", []string{"system:masters"}, nil)

	sa := newKey(filepath.Join(*dir, "sa.key"))
	pub, err := x509.MarshalPKIXPublicKey(sa.Public())
	must(err)
	writePEM(filepath.Join(*dir, "sa.pub"), "PUBLIC KEY", pub, 0o644)

	for _, n := range nodes {
		name, addr, _ := strings.Cut(n, "=")
		a.issue(name, "system:node:"+name, []string{"system:nodes"}, []string{name, addr})
		a.kubeconfig(name, *cluster, *server)
	}
	for _, c := range servers {
		name, sans, _ := strings.Cut(c, "=")
		a.issue(name, name, nil, strings.Split(sans, ","))
	}
	for _, u := range users {
		name, rest, _ := strings.Cut(u, "=")
		cn, groups, _ := strings.Cut(rest, ":")
		var orgs []string
		if groups != "" {
			// A '/' stands for ':' in a group, which is the separator here.
			orgs = strings.Split(strings.ReplaceAll(groups, "/", ":"), ",")
		}
		a.issue(name, strings.ReplaceAll(cn, "/", ":"), orgs, nil)
		a.kubeconfig(name, *cluster, *server)
	}
	return 0
}
