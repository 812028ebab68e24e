// Package wait makes attempts with growing pauses between them.
package wait
