package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/embed"
)

const etcdStartLimit = 60 * time.Second

// runEtcd serves one etcd member over plain HTTP until it is asked to stop. Its addresses are loopback in a network
// namespace that only the control plane is in. It does not wait for the disk: the data is thrown away with the cluster.
func runEtcd() int {
	flags := flag.NewFlagSet("etcd", flag.ExitOnError)
	dir := flags.String("data-dir", "", "where the data lies")
	client := flags.String("client", "http://127.0.0.1:2379", "where the API server reaches it")
	peer := flags.String("peer", "http://127.0.0.1:2380", "where other members would reach it")
	compact := flags.Bool("compact", false, "only make the member that runs forget all states but the present one")
	_ = flags.Parse(os.Args[1:])
	run := func() error { return serveEtcd(*dir, *client, *peer) }
	if *compact {
		run = func() error { return compactEtcd(*client) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "etcd:", err)
		return 1
	}
	return 0
}

func serveEtcd(dir, client, peer string) error {
	clientURL, err := url.Parse(client)
	if err != nil {
		return err
	}
	peerURL, err := url.Parse(peer)
	if err != nil {
		return err
	}
	c := embed.NewConfig()
	c.Name, c.Dir = "one", dir
	c.ListenClientUrls, c.AdvertiseClientUrls = []url.URL{*clientURL}, []url.URL{*clientURL}
	c.ListenPeerUrls, c.AdvertisePeerUrls = []url.URL{*peerURL}, []url.URL{*peerURL}
	c.InitialCluster = c.InitialClusterFromName(c.Name)
	c.UnsafeNoFsync = true
	c.QuotaBackendBytes = 4 << 30
	c.AutoCompactionMode, c.AutoCompactionRetention = "periodic", "10m"
	c.LogLevel = "warn"
	c.WarningUnaryRequestDuration = time.Second

	member, err := embed.StartEtcd(c)
	if err != nil {
		return err
	}
	defer member.Close()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	select {
	case <-member.Server.ReadyNotify():
	case <-time.After(etcdStartLimit):
		return errors.New("not ready in time")
	}
	select {
	case <-stop:
		return nil
	case err := <-member.Err():
		return err
	}
}

// compactEtcd lets no watch and no page go on from a state before this one: the API server then answers 410.
func compactEtcd(client string) error {
	ctx, cancel := context.WithTimeout(context.Background(), etcdStartLimit)
	defer cancel()
	c, err := clientv3.New(clientv3.Config{Endpoints: []string{client}, Context: ctx})
	if err != nil {
		return err
	}
	defer c.Close()
	now, err := c.Get(ctx, "revision")
	if err != nil {
		return err
	}
	_, err = c.Compact(ctx, now.Header.Revision)
	return err
}
