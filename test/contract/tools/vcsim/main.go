// govmomi's own simulated vCenter. Prints its address and the SHA-256 of its certificate; ends with its standard input.
package main

import (
	"crypto/sha256"
	"crypto/tls"
	"flag"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	model := simulator.VPX()
	flag.IntVar(&model.Datacenter, "dc", model.Datacenter, "datacenters")
	flag.IntVar(&model.Cluster, "cluster", model.Cluster, "clusters in each datacenter")
	flag.IntVar(&model.ClusterHost, "host", model.ClusterHost, "hosts in each cluster")
	user := flag.String("username", "user", "the only user")
	password := flag.String("password", "pass", "the user's password")
	flag.Parse()

	defer model.Remove()
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword(*user, *password)}
	model.Service.TLS = new(tls.Config)
	server := model.Service.NewServer()
	defer server.Close()

	fmt.Printf("%s %X\n", server.URL.Host, sha256.Sum256(server.Certificate().Raw))
	_, _ = io.Copy(io.Discard, os.Stdin)
}
