//go:build !race

package acctest

// raceDetector tells that this is a test under the race detector.
const raceDetector = false
