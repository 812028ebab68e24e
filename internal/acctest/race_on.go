//go:build race

package acctest

// raceDetector reports whether this is a test under the race detector. Then so are the provider
// binaries that it builds.
const raceDetector = true
