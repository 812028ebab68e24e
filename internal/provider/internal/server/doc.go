// Package server stands between Terraform and the framework: rules that hold for every attribute of every schema,
// a way for the values of resources past the framework, and an outermost server that recovers panics and escapes control
// characters.
package server
