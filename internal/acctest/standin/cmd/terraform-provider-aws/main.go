// Command terraform-provider-aws serves the stand-in for provider "aws" to a command line.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/standin"
)

func main() {
	err := providerserver.Serve(context.Background(), standin.New, providerserver.ServeOpts{
		Address: "registry.terraform.io/hashicorp/aws",
	})
	if err != nil {
		log.Fatal(err)
	}
}
