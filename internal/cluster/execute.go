package cluster

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/awsname"
	"github.com/dockertask/terraform-provider-docker/internal/task"
)

// InsightsValues are the values of Container Insights.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html
var InsightsValues = []string{"disabled", "enabled", "enhanced"}

// MaxProviders is how many capacity providers a cluster can have, and a strategy.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html
const MaxProviders = 20

// Where ECS Exec logs a session.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
const (
	LogDefault  = "DEFAULT" // where the task logs
	LogNone     = "NONE"
	LogOverride = "OVERRIDE" // the log group or bucket of the configuration
)

// Execute is the configuration of ECS Exec. The zero value is ECS's own.
type Execute struct {
	KMSKeyID string
	// Logging is "" for [LogDefault].
	Logging           string
	LogGroup          string
	LogGroupEncrypted bool
	Bucket, Prefix    string
	BucketEncrypted   bool
}

// NewExecute is a configuration of which logging is given, "" for what follows from log group and bucket.
func NewExecute(e Execute) Execute {
	switch {
	case e.LogGroup != "" || e.Bucket != "":
		e.Logging = LogOverride
	case e.Logging == LogDefault:
		e.Logging = ""
	}
	return e
}

// Check checks what goes together.
func (e Execute) Check() (attribute string, err error) {
	logs := e.LogGroup != "" || e.Bucket != ""
	switch {
	case logs && e.Logging != "":
		return "logging", fmt.Errorf("with log_group or bucket, sessions are logged there: remove logging, or both of these")
	case e.Prefix != "" && e.Bucket == "":
		return "bucket_prefix", errors.New("it begins the names of objects in a bucket: set bucket, too")
	case e.BucketEncrypted && e.Bucket == "":
		return "bucket_encrypted", errors.New("it is about a bucket: set bucket, too")
	case e.LogGroupEncrypted && e.LogGroup == "":
		return "log_group_encrypted", errors.New("it is about a log group: set log_group, too")
	}
	return "", nil
}

// bucketName is the name of an S3 bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// CheckBucket checks the name of a bucket.
func CheckBucket(name string) error {
	if bucketName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("a bucket is given by its name of 3 to 63 lower-case letters, digits, dots and hyphens; %q is none", name)
}

// CheckLogging checks where sessions are logged.
func CheckLogging(word string) error {
	switch word {
	case LogDefault, LogNone:
		return nil
	case LogOverride:
		return errors.New("it follows from log_group or bucket: set one of them, and leave logging out")
	}
	return fmt.Errorf("allowed are %s and %s, not %q", LogDefault, LogNone, word)
}

// CheckProviderNames checks the capacity providers of a cluster together.
func CheckProviderNames(names []string) error {
	if len(names) > MaxProviders {
		return fmt.Errorf("ECS associates %d capacity providers with a cluster, not %d", MaxProviders, len(names))
	}
	return nil
}

// CheckStrategy checks the default strategy of a cluster against the capacity providers that it is to have.
func CheckStrategy(strategy []task.CapacityProvider, providers []string) error {
	if err := task.CheckProviders(strategy); err != nil {
		return err
	}
	for _, p := range strategy {
		if !slices.Contains(providers, p.Name) {
			return fmt.Errorf("the cluster has no capacity provider %s, but %s: add it to capacity_providers", p.Name, cmp.Or(strings.Join(providers, ", "), "none"))
		}
	}
	return nil
}

// CheckName checks the name of a cluster: no ARN.
func CheckName(name string) error {
	if awsname.ECS.Matches(name) {
		return nil
	}
	return fmt.Errorf("the name of a cluster has %s; %q does not", awsname.ECS.Says, name)
}

// maxPrefix is the length of the longest key of an object in S3.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const maxPrefix = 1024

// CheckPrefix checks the prefix of objects in a bucket.
func CheckPrefix(prefix string) error {
	if n := len(prefix); n == 0 || n > maxPrefix {
		return fmt.Errorf("a prefix has 1 to %d bytes, not %d; leave it out for none", maxPrefix, n)
	}
	return nil
}
