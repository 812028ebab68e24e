// Package standin is a small provider that stands in for hashicorp/aws where no registry
// can be reached: the resource types that examples and tests use, with the real one's
// attribute names, and known and unknown at plan where the real one has them so (names
// known, ARNs unknown until created). It calls no AWS; creating sets plausible values.
//
// A resource type is an entry of the table in types.go.
package standin
