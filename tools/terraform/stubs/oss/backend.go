// Package oss stands in for Terraform's oss state backend; see ../../README.md.
package oss

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no oss backend")
}
