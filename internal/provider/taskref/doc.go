// Package taskref is the nested attribute task by which other resources refer to a docker task: its schema and
// model, what follows from the naming rules, and its checks.
package taskref
