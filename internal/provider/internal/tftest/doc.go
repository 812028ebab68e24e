// Package tftest helps tests: values of Terraform's from values of Go's, and frozen private state.
package tftest
