package stage

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// emulator is what is behind the stage, as the caller of one request reaches it: in that request's account and
// region.
type emulator struct {
	transport http.RoundTripper
	request   *http.Request
	ctx       context.Context //nolint:containedctx // an emulator lives as long as the request that it is for
}

// emulatorError is a refusal by the emulator.
type emulatorError struct {
	status int
	code   string
	text   string
}

func (e *emulatorError) Error() string { return fmt.Sprintf("status %d: %s", e.status, e.text) }

var scopeService = regexp.MustCompile(`(Credential=[^/,\s]+/\d{8}/[^/]+/)[^/]+(/aws4_request)`)

// call makes a call and reads its answer into out.
func (e *emulator) call(service, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request := e.request.Clone(e.ctx)
	request.Method = http.MethodPost
	request.Body, request.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	request.Header.Del("Content-Length")
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	if signed := request.Header.Get("Authorization"); signed != "" {
		request.Header.Set("Authorization", scopeService.ReplaceAllString(signed, "${1}"+service+"${2}"))
	}
	response, err := e.transport.RoundTrip(request)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	defer response.Body.Close()
	answered, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	if response.StatusCode != http.StatusOK {
		var refused struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(answered, &refused) // a text has no code
		_, code, found := strings.Cut(refused.Type, "#")
		if !found {
			code = refused.Type
		}
		return fmt.Errorf("%s: %w", target, &emulatorError{response.StatusCode, code, string(answered)})
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answered, out); err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	return nil
}

// cluster is what the stage reads of a cluster.
type cluster struct {
	ARN                             string         `json:"clusterArn"`
	Name                            string         `json:"clusterName"`
	Status                          string         `json:"status"`
	CapacityProviders               []string       `json:"capacityProviders"`
	DefaultCapacityProviderStrategy []strategyItem `json:"defaultCapacityProviderStrategy"`
}

// findCluster reads a cluster by name or ARN; "" is the default cluster. Unknown and inactive ones are refused.
//
// ClusterNotFoundException is in the operations' errors.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html
func (e *emulator) findCluster(id string) (*cluster, error) {
	if id == "" {
		id = "default"
	}
	var found struct{ Clusters []cluster }
	err := e.call("ecs", targetECS+"DescribeClusters", map[string]any{"clusters": []string{id}}, &found)
	if err != nil {
		return nil, err
	}
	if len(found.Clusters) == 0 {
		return nil, &refusal{code: "ClusterNotFoundException", message: "Cluster not found."}
	}
	if found.Clusters[0].Status == "INACTIVE" {
		return nil, &refusal{code: "ClusterNotFoundException", message: "The referenced cluster was inactive."}
	}
	return &found.Clusters[0], nil
}

// definition is what the stage reads of a task definition.
type definition struct {
	ARN                     string                `json:"taskDefinitionArn"`
	Family                  string                `json:"family"`
	Status                  string                `json:"status"`
	NetworkMode             string                `json:"networkMode"`
	CPU                     string                `json:"cpu"`
	Memory                  string                `json:"memory"`
	TaskRoleARN             string                `json:"taskRoleArn"`
	Compatibilities         []string              `json:"compatibilities"`
	RequiresCompatibilities []string              `json:"requiresCompatibilities"`
	EphemeralStorage        *storageOut           `json:"ephemeralStorage"`
	PlacementConstraints    []struct{}            `json:"placementConstraints"`
	Containers              []containerDefinition `json:"containerDefinitions"`
	RuntimePlatform         struct {
		CPUArchitecture       string `json:"cpuArchitecture"`
		OperatingSystemFamily string `json:"operatingSystemFamily"`
	} `json:"runtimePlatform"`

	tags []tag
}

type containerDefinition struct {
	Name              string    `json:"name"`
	Image             string    `json:"image"`
	CPU               int       `json:"cpu"`
	Memory            int       `json:"memory"`
	MemoryReservation int       `json:"memoryReservation"`
	HealthCheck       *struct{} `json:"healthCheck"`
	LogConfiguration  struct {
		Driver  string            `json:"logDriver"`
		Options map[string]string `json:"options"`
	} `json:"logConfiguration"`
}

// findDefinition reads a task definition by family, family:revision or ARN. "If a revision isn't specified, the
// latest ACTIVE revision is used" (RunTask).
//
// ECS's texts: https://github.com/Cloud-CV/EvalAI/issues/2419 and https://github.com/DefangLabs/defang/pull/775.
func (e *emulator) findDefinition(id string) (*definition, error) {
	if id == "" {
		return nil, invalid("TaskDefinition can not be blank.") // text ours
	}
	var found struct {
		TaskDefinition definition
		Tags           []tag
	}
	in := map[string]any{"taskDefinition": id, "include": []string{"TAGS"}}
	if err := e.call("ecs", targetECS+"DescribeTaskDefinition", in, &found); err != nil {
		if refusedAs(err, "ClientException") {
			return nil, &refusal{code: "ClientException", message: "TaskDefinition not found."}
		}
		return nil, err
	}
	if found.TaskDefinition.Status != "ACTIVE" {
		return nil, invalid("TaskDefinition is inactive")
	}
	found.TaskDefinition.tags = found.Tags
	return &found.TaskDefinition, nil
}

// instance is what the stage reads of a container instance.
type instance struct {
	ARN    string `json:"containerInstanceArn"`
	Status string `json:"status"`
}

func (e *emulator) findInstance(of *cluster, id string) (*instance, error) {
	var found struct{ ContainerInstances []instance }
	in := map[string]any{"cluster": of.ARN, "containerInstances": []string{id}}
	if err := e.call("ecs", targetECS+"DescribeContainerInstances", in, &found); err != nil {
		return nil, err
	}
	if len(found.ContainerInstances) == 0 {
		return nil, nil //nolint:nilnil // nil means: there is none
	}
	return &found.ContainerInstances[0], nil
}

func (e *emulator) instances(of *cluster) ([]string, error) {
	var found struct{ ContainerInstanceArns []string }
	err := e.call("ecs", targetECS+"ListContainerInstances", map[string]any{"cluster": of.ARN}, &found)
	return found.ContainerInstanceArns, err
}

// createLogStream makes a stream; one that exists is fine.
func (e *emulator) createLogStream(group, stream string) error {
	err := e.call("logs", targetLogs+"CreateLogStream", map[string]any{"logGroupName": group, "logStreamName": stream}, nil)
	if refusedAs(err, "ResourceAlreadyExistsException") {
		return nil
	}
	return err
}

// putLogEvents writes lines.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
func (e *emulator) putLogEvents(group, stream string, at time.Time, lines []string) error {
	events := make([]map[string]any, len(lines))
	for i, line := range lines {
		events[i] = map[string]any{"timestamp": at.UnixMilli(), "message": line}
	}
	var answered struct{ RejectedLogEventsInfo json.RawMessage }
	in := map[string]any{"logGroupName": group, "logStreamName": stream, "logEvents": events}
	if err := e.call("logs", targetLogs+"PutLogEvents", in, &answered); err != nil {
		return err
	}
	if info := string(answered.RejectedLogEventsInfo); info != "" && info != "null" && info != "{}" {
		return fmt.Errorf("PutLogEvents rejected lines: %s", info)
	}
	return nil
}
