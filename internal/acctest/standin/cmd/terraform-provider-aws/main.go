// Command terraform-provider-aws serves the stand-in for provider "aws" to a command line; by
// the name terraform-provider-awscc, the one for provider "awscc".
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/dockertask/terraform-provider-docker/internal/acctest/standin"
)

func main() {
	name, serves := "aws", standin.New
	if strings.HasPrefix(filepath.Base(os.Args[0]), "terraform-provider-awscc") {
		name, serves = "awscc", standin.NewCloudControl
	}
	err := providerserver.Serve(context.Background(), serves, providerserver.ServeOpts{
		Address: "registry.terraform.io/hashicorp/" + name,
	})
	if err != nil {
		log.Fatal(err)
	}
}
