// Package azure stands in for Terraform's azure state backend; see ../../README.md.
package azure

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no azure backend")
}
