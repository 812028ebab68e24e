// Package terraform stands in for internal/legacy/terraform, which only
// Terraform's own tests import; see ../../../README.md.
package terraform
