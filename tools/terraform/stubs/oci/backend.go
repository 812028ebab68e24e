// Package oci stands in for Terraform's oci state backend; see ../../README.md.
package oci

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no oci backend")
}
