package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// The answers, with the members of the service model:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html and the pages of the operations.

type startedTasks struct {
	Tasks    []taskOut `json:"tasks"`
	Failures []Failure `json:"failures"`
}

type describedTasks startedTasks

type stoppedTask struct {
	Task taskOut `json:"task"`
}

type listedTasks struct {
	TaskARNs  []string `json:"taskArns"`
	NextToken string   `json:"nextToken,omitempty"`
}

type taskOut struct {
	Attachments             []attachmentOut `json:"attachments,omitempty"`
	Attributes              []attributeOut  `json:"attributes,omitempty"`
	AvailabilityZone        string          `json:"availabilityZone,omitempty"`
	CapacityProviderName    string          `json:"capacityProviderName,omitempty"`
	ClusterARN              string          `json:"clusterArn,omitempty"`
	Connectivity            string          `json:"connectivity,omitempty"`
	ConnectivityAt          *timestamp      `json:"connectivityAt,omitempty"`
	ContainerInstanceARN    string          `json:"containerInstanceArn,omitempty"`
	Containers              []containerOut  `json:"containers,omitempty"`
	CPU                     string          `json:"cpu,omitempty"`
	CreatedAt               *timestamp      `json:"createdAt,omitempty"`
	DesiredStatus           string          `json:"desiredStatus,omitempty"`
	EnableExecuteCommand    *bool           `json:"enableExecuteCommand,omitempty"`
	EphemeralStorage        *storageOut     `json:"ephemeralStorage,omitempty"`
	ExecutionStoppedAt      *timestamp      `json:"executionStoppedAt,omitempty"`
	FargateEphemeralStorage *storageOut     `json:"fargateEphemeralStorage,omitempty"`
	Group                   string          `json:"group,omitempty"`
	HealthStatus            string          `json:"healthStatus,omitempty"`
	LastStatus              string          `json:"lastStatus,omitempty"`
	LaunchType              string          `json:"launchType,omitempty"`
	Memory                  string          `json:"memory,omitempty"`
	Overrides               map[string]any  `json:"overrides,omitempty"`
	PlatformFamily          string          `json:"platformFamily,omitempty"`
	PlatformVersion         string          `json:"platformVersion,omitempty"`
	PullStartedAt           *timestamp      `json:"pullStartedAt,omitempty"`
	PullStoppedAt           *timestamp      `json:"pullStoppedAt,omitempty"`
	StartedAt               *timestamp      `json:"startedAt,omitempty"`
	StartedBy               string          `json:"startedBy,omitempty"`
	StopCode                string          `json:"stopCode,omitempty"`
	StoppedAt               *timestamp      `json:"stoppedAt,omitempty"`
	StoppedReason           string          `json:"stoppedReason,omitempty"`
	StoppingAt              *timestamp      `json:"stoppingAt,omitempty"`
	Tags                    []tag           `json:"tags,omitempty"`
	TaskARN                 string          `json:"taskArn"`
	TaskDefinitionARN       string          `json:"taskDefinitionArn,omitempty"`
	Version                 int             `json:"version,omitempty"`
}

type containerOut struct {
	ContainerARN      string         `json:"containerArn"`
	CPU               string         `json:"cpu"`
	ExitCode          *int32         `json:"exitCode,omitempty"`
	HealthStatus      string         `json:"healthStatus"`
	Image             string         `json:"image"`
	ImageDigest       string         `json:"imageDigest,omitempty"`
	LastStatus        string         `json:"lastStatus"`
	Memory            string         `json:"memory,omitempty"`
	MemoryReservation string         `json:"memoryReservation,omitempty"`
	Name              string         `json:"name"`
	NetworkBindings   []struct{}     `json:"networkBindings"`
	NetworkInterfaces []interfaceOut `json:"networkInterfaces"`
	Reason            string         `json:"reason,omitempty"`
	RuntimeID         string         `json:"runtimeId,omitempty"`
	TaskARN           string         `json:"taskArn"`
}

type interfaceOut struct {
	AttachmentID       string `json:"attachmentId"`
	PrivateIPv4Address string `json:"privateIpv4Address"`
}

type attachmentOut struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Status  string `json:"status"`
	Details []pair `json:"details"`
}

type attributeOut struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type storageOut struct {
	SizeInGiB int `json:"sizeInGiB"`
}

// timestamp is written as seconds since 1970, with their fraction, as AWS JSON 1.1 does.
// https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
type timestamp time.Time

// MarshalJSON writes milliseconds, as ECS answers them.
func (t timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(time.Time(t).UnixMilli())/1000, 'f', 3, 64), nil
}

// refusal is an error of ECS. The operations' pages have all of them with status 400, and ServerException with 500.
type refusal struct {
	code, message string
	resources     []string // of a ConflictException
}

func (r *refusal) Error() string { return r.code + ": " + r.message }

func invalid(format string, arguments ...any) *refusal {
	return &refusal{code: "InvalidParameterException", message: fmt.Sprintf(format, arguments...)}
}

// response writes an answer or an error as AWS JSON 1.1 does. An error that is not ECS's, of the emulator, is a
// text with status 502, which no SDK takes for an answer of AWS.
func (s *Stage) response(r *http.Request, answer any, err error) *http.Response {
	header := http.Header{"X-Amzn-Requestid": {s.identifier("request")}}
	status := http.StatusOK
	var body []byte
	refused, isRefusal := errors.AsType[*refusal](err)
	switch {
	case isRefusal:
		status = http.StatusBadRequest
		document := map[string]any{"__type": refused.code, "message": refused.message}
		if refused.resources != nil {
			document["resourceIds"] = refused.resources
		}
		answer = document
	case err != nil:
		status = http.StatusBadGateway
		body = []byte("stage: " + err.Error())
	}
	if body == nil {
		body, err = json.Marshal(answer)
		if err != nil {
			panic(err) // strings and numbers only: cannot happen
		}
		header.Set("Content-Type", "application/x-amz-json-1.1")
	} else {
		header.Set("Content-Type", "text/plain; charset=utf-8")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}
