package task

import (
	"errors"
	"fmt"
	"regexp"
)

// DependencyConditions are how far another container can have to be.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html
var DependencyConditions = []string{"START", "COMPLETE", "SUCCESS", "HEALTHY"}

// UlimitNames are the limits that Docker knows.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html
var UlimitNames = []string{
	"core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc",
	"rss", "rtprio", "rttime", "sigpending", "stack",
}

// IsolationModes are how a managed instance keeps a task from other tasks: the first is the default,
// the last is attested and needs an attestation policy.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TrustedExecutionConfiguration.html
var IsolationModes = []string{"SHARED", "ISOLATED_SANDBOX", confidentialSandbox}

const confidentialSandbox = "CONFIDENTIAL_SANDBOX"

// LogDrivers are those of ECS, and the one that stands for no log configuration.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
var LogDrivers = []string{AWSLogs, "awsfirelens", "splunk", "fluentd", "gelf", "journald", "json-file", "syslog", NoLog}

// FargateLogDrivers are those of them that Fargate has.
var FargateLogDrivers = []string{AWSLogs, "awsfirelens", "splunk", NoLog}

var portName = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,63}$`)

// CheckPortName checks the name of a port. No name is none.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html
func CheckPortName(name string) error {
	if name == "" || portName.MatchString(name) {
		return nil
	}
	return errors.New("the name of a port has 1 to 64 lower-case letters, digits, underscores and hyphens, and no hyphen at its beginning; " + described(name))
}

var portRange = regexp.MustCompile(`^([0-9]{1,5})-([0-9]{1,5})$`)

// CheckPortRange checks a range of ports.
func CheckPortRange(s string) error {
	var first, last int
	if m := portRange.FindStringSubmatch(s); m != nil {
		if _, err := fmt.Sscanf(s, "%d-%d", &first, &last); err == nil && first >= 1 && first <= last && last <= 65535 {
			return nil
		}
	}
	return errors.New("a range of ports is FIRST-LAST, both from 1 to 65535, as in 8000-8010; " + described(s))
}
