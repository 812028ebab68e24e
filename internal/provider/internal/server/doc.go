// Package server stands between Terraform and the framework: rules that hold for every attribute of every schema, and
// an outermost server that recovers panics and escapes control characters.
package server
