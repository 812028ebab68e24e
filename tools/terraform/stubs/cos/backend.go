// Package cos stands in for Terraform's cos state backend; see ../../README.md.
package cos

import "github.com/hashicorp/terraform/internal/backend"

// New is called only for a configuration that stores its state in this backend.
func New() backend.Backend {
	panic("this test build of terraform has no cos backend")
}
