// Package s3 stands in for Terraform's s3 state backend; see ../../README.md.
package s3

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no s3 backend")
}
