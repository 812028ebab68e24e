//go:build !race

package acctest

// raceDetector reports whether this is a test under the race detector.
const raceDetector = false
