// Package lifecycle is what the units have in common: the configured provider, place and account, identity, import,
// private state, the parts that a run has planned, and the frame of an operation.
package lifecycle
