// Package awstest helps tests of calls to AWS: an environment without the machine's own configuration, answers, and what
// AWS documents of its rates.
package awstest
