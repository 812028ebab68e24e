// Command terraform-provider-docker serves the provider to Terraform and OpenTofu.
package main

import (
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/dockertask/terraform-provider-docker/internal/process"
	"github.com/dockertask/terraform-provider-docker/internal/provider"
)

// address is the provider's source address. Debuggers and dev_overrides match on it.
const address = "registry.terraform.io/dockertask/docker"

// version is set by the linker for a release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve in the foreground, for a debugger to attach")
	flag.Parse()

	var options []tf6server.ServeOpt
	if *debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := process.Tune(); err != nil {
		log.Fatal(err)
	}
	newProvider := provider.New(version)
	err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return provider.NewServer(newProvider()) }, options...)
	if err != nil {
		log.Fatal(err)
	}
}
