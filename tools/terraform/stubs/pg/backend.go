// Package pg stands in for Terraform's pg state backend; see ../../README.md.
package pg

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no pg backend")
}
