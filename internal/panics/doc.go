// Package panics makes errors of panics, so that no fault of the provider ends the process and loses state.
package panics
