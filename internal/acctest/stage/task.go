package stage

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The values of lastStatus and desiredStatus.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
const (
	stateProvisioning   = "PROVISIONING"
	statePending        = "PENDING"
	stateActivating     = "ACTIVATING"
	stateRunning        = "RUNNING"
	stateDeactivating   = "DEACTIVATING"
	stateStopping       = "STOPPING"
	stateDeprovisioning = "DEPROVISIONING"
	stateStopped        = "STOPPED"

	desiredRunning = "RUNNING"
	desiredStopped = "STOPPED"
)

// The values of stopCode that the stage sets by itself, and ECS's texts for them.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
const (
	codeFailedToStart = "TaskFailedToStart"
	codeExited        = "EssentialContainerExited"
	codeUser          = "UserInitiated"

	reasonExited     = "Essential container in task exited"
	reasonNoLogGroup = "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1"
	reasonUser       = "Task stopped by user" // the example of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html
)

// hour is how long a stopped task can be described: "stopped tasks appear in the returned results for at least one
// hour" (DescribeTasks).
const hour = time.Hour

// exitTerminated is the exit code of a container that StopTask has ended: "a stop signal value … will default to
// SIGTERM", and 128 + 15 is what a shell makes of it.
const exitTerminated int32 = 143

// ended are the states in which the containers are being stopped or have stopped.
var ended = []string{stateDeactivating, stateStopping, stateDeprovisioning, stateStopped}

// task is a task on the stage. Its fields are guarded by the stage.
type task struct {
	id, arn  string
	cluster  *cluster
	def      *definition
	request  *startRequest
	where    destination
	play     Play
	clock    func() time.Time
	elapsed  time.Duration // by which the task's times are ahead of the clock
	seed     string
	tags     map[string]string
	logs     []*containerLog
	states   []string // still to come
	unseen   int
	lateExit int
	unread   int // reads of the log of the stopped task before late lines appear

	status, desired  string
	version          int
	code, reason     string
	stopped          bool   // by StopTask
	killed           bool   // by StopTask, while it ran
	stopReason       string // StopTask's
	created          time.Time
	pullStarted      time.Time
	pullStopped      time.Time
	startedAt        time.Time
	stoppingAt       time.Time
	executionStopped time.Time
	stoppedAt        time.Time
	forgotten        time.Time // by the stage's clock; zero until it has stopped
}

func (t *task) now() time.Time { return t.clock().Add(t.elapsed) }

func (t *task) seen() Task {
	seen := Task{
		ARN: t.arn, ID: t.id, Cluster: t.cluster.ARN, Definition: t.def.ARN,
		Overrides: string(t.request.Overrides), Network: string(t.request.NetworkConfiguration),
		Tags: maps.Clone(t.tags), Group: t.group(), StartedBy: t.request.StartedBy,
		LaunchType: t.where.launchType, CapacityProvider: t.where.capacityProvider, Instance: t.where.instance,
		PlatformVersion: t.request.PlatformVersion,
		Status:          t.status, Stopped: t.stopped, StopReason: t.stopReason,
	}
	if t.request.ClientToken != nil {
		seen.Token = *t.request.ClientToken
	}
	return seen
}

// group: "The default value is the family name of the task definition (for example, family:my-family-name)."
func (t *task) group() string {
	if t.request.Group != "" {
		return t.request.Group
	}
	return "family:" + t.def.Family
}

// ran reports whether the containers were started.
func (t *task) ran() bool { return !t.startedAt.IsZero() }

// step goes on by one state.
func (t *task) step(next *emulator) error {
	if len(t.states) == 0 || t.status == t.play.Hangs && !t.stopped {
		return nil
	}
	t.status, t.states = t.states[0], t.states[1:]
	t.version++
	if t.status != stateProvisioning && !t.stopped && t.pullStarted.IsZero() {
		t.pullStarted = t.now()
	}
	over := slices.Contains(ended, t.status)
	if (t.status == stateRunning || over) && !t.ran() && !t.stopped && t.play.Code != codeFailedToStart {
		if err := t.start(next); err != nil {
			return err
		}
	}
	if t.status == stateRunning && t.ran() {
		return t.writeLogs(next, t.remainingRuns())
	}
	if slices.Contains(ended, t.status) {
		return t.wind(next)
	}
	return nil
}

// start starts the containers. One whose log group is missing cannot start.
func (t *task) start(next *emulator) error {
	t.elapsed += t.play.Pull
	reason, err := t.openLogs(next)
	if err != nil {
		return err
	}
	t.pullStopped = t.now()
	if reason == "" {
		t.startedAt = t.pullStopped
		return nil
	}
	t.play.Code, t.play.Reason = codeFailedToStart, reason
	if t.status == stateRunning {
		t.status, t.states = stateDeprovisioning, []string{stateStopped}
	}
	return nil
}

// wind does what belongs to a state in which the task ends.
func (t *task) wind(next *emulator) error {
	if t.stoppingAt.IsZero() {
		if t.ran() {
			t.elapsed += t.play.Runs
		}
		t.end(t.play.Code, t.play.Reason)
	}
	if t.status == stateDeactivating || t.status == stateStopping {
		return nil
	}
	if t.executionStopped.IsZero() {
		t.executionStopped = t.now()
	}
	if t.status != stateStopped {
		return nil
	}
	t.stoppedAt, t.forgotten = t.now(), t.clock().Add(hour)
	if !t.ran() {
		return nil
	}
	return t.writeLogs(next, 1)
}

// end notes why the task ends.
func (t *task) end(code, reason string) {
	if code == "" {
		code = codeExited
	}
	if reason == "" && code == codeExited {
		reason = reasonExited
	}
	t.desired, t.stoppingAt, t.code, t.reason = desiredStopped, t.now(), code, reason
}

// remainingRuns is the number of answers with RUNNING that are to come, this one included, and 1 if it hangs there.
func (t *task) remainingRuns() int {
	if t.play.Hangs == stateRunning {
		return 1
	}
	n := 1
	for _, state := range t.states {
		if state != stateRunning {
			break
		}
		n++
	}
	return n
}

// stop is StopTask: "the equivalent of docker stop is issued to the containers", and "Any tags associated with the
// task will be deleted". A task that has stopped, or is ending, ends as it would.
func (t *task) stop(reason string) {
	t.tags = nil
	t.stopped, t.stopReason = true, reason
	if t.desired == desiredStopped {
		return
	}
	if reason == "" {
		reason = reasonUser
	}
	t.end(codeUser, reason)
	t.killed = t.ran()
	t.version++
	t.states = []string{stateStopping, stateDeprovisioning, stateStopped}
	if !t.ran() {
		t.states = t.states[1:]
	}
}

// out is the task as an answer has it.
func (t *task) out(tags bool) taskOut {
	execute := t.request.EnableExecuteCommand
	given := t.overrides()
	out := taskOut{
		AvailabilityZone:     "us-east-1a",
		CapacityProviderName: t.where.capacityProvider,
		ClusterARN:           t.cluster.ARN,
		ContainerInstanceARN: t.where.instance,
		Connectivity:         "CONNECTED",
		ConnectivityAt:       moment(t.pullStarted),
		CPU:                  either(given.CPU, t.def.CPU),
		CreatedAt:            moment(t.created),
		DesiredStatus:        t.desired,
		EnableExecuteCommand: &execute,
		ExecutionStoppedAt:   moment(t.executionStopped),
		Group:                t.group(),
		HealthStatus:         "UNKNOWN",
		LastStatus:           t.status,
		LaunchType:           t.where.launchType,
		Memory:               either(given.Memory, t.def.Memory),
		Overrides:            t.overridesOut(),
		PullStartedAt:        moment(t.pullStarted),
		PullStoppedAt:        moment(t.pullStopped),
		StartedAt:            moment(t.startedAt),
		StartedBy:            t.request.StartedBy,
		StopCode:             t.code,
		StoppedAt:            moment(t.stoppedAt),
		StoppedReason:        t.reason,
		StoppingAt:           moment(t.stoppingAt),
		TaskARN:              t.arn,
		TaskDefinitionARN:    t.def.ARN,
		Version:              t.version,
	}
	if out.ConnectivityAt == nil {
		out.Connectivity = ""
	}
	if _, region, found := strings.Cut(t.arn, ":ecs:"); found {
		region, _, _ = strings.Cut(region, ":")
		out.AvailabilityZone = region + "a"
	}
	if tags {
		out.Tags = sortedTags(t.tags)
	}
	architecture := "x86_64"
	if t.def.RuntimePlatform.CPUArchitecture == "ARM64" {
		architecture = "arm64"
	}
	out.Attributes = []attributeOut{{"ecs.cpu-architecture", architecture}}
	if t.where.fargate() {
		// "A platform version is only specified for tasks hosted on Fargate"; LATEST is 1.4.0 on Linux.
		out.PlatformVersion, out.PlatformFamily = t.request.PlatformVersion, "Linux"
		if out.PlatformVersion == "" || out.PlatformVersion == "LATEST" {
			out.PlatformVersion = "1.4.0"
		}
		if family := t.def.RuntimePlatform.OperatingSystemFamily; strings.HasPrefix(family, "WINDOWS") {
			out.PlatformFamily, out.PlatformVersion = family, "1.0.0"
		}
		// 20 GiB unless set. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html
		storage := storageOut{SizeInGiB: 20}
		if t.def.EphemeralStorage != nil {
			storage = *t.def.EphemeralStorage
		}
		if given.EphemeralStorage != nil {
			storage = *given.EphemeralStorage
		}
		out.EphemeralStorage, out.FargateEphemeralStorage = &storage, &storage
	}
	out.Attachments = t.attachments()
	for i, c := range t.def.Containers {
		out.Containers = append(out.Containers, t.containerOut(i, c))
	}
	return out
}

func (t *task) overrides() *overrides {
	given := &overrides{}
	if len(t.request.Overrides) > 0 {
		_ = json.Unmarshal(t.request.Overrides, given) // checkOverrides has read it
	}
	return given
}

// overridesOut are the request's overrides with an entry for each container, as in the examples of RunTask and
// StopTask.
func (t *task) overridesOut() map[string]any {
	out := make(map[string]any)
	if len(t.request.Overrides) > 0 {
		_ = json.Unmarshal(t.request.Overrides, &out) // as above
	}
	containers, _ := out["containerOverrides"].([]any)
	containers = slices.Clone(containers)
	for _, c := range t.def.Containers {
		if !slices.ContainsFunc(containers, func(each any) bool {
			given, _ := each.(map[string]any)
			return given["name"] == c.Name
		}) {
			containers = append(containers, map[string]any{"name": c.Name})
		}
	}
	out["containerOverrides"] = containers
	out["inferenceAcceleratorOverrides"] = []any{}
	return out
}

func (t *task) containerOut(i int, c containerDefinition) containerOut {
	out := containerOut{
		ContainerARN:      t.cluster.sibling("container", t.id+"/"+uuid(t.id+c.Name)),
		CPU:               fmt.Sprint(c.CPU),
		HealthStatus:      "UNKNOWN",
		Image:             c.Image,
		LastStatus:        t.containerStatus(),
		Memory:            number(c.Memory),
		MemoryReservation: number(c.MemoryReservation),
		Name:              c.Name,
		NetworkBindings:   []struct{}{},
		NetworkInterfaces: []interfaceOut{},
		TaskARN:           t.arn,
	}
	if t.def.NetworkMode == "awsvpc" {
		out.NetworkInterfaces = append(out.NetworkInterfaces, interfaceOut{uuid(t.seed), t.address()})
	}
	if t.ran() {
		out.RuntimeID = fmt.Sprintf("%s-%010d", t.id, i+1)
		if _, digest, found := strings.Cut(c.Image, "@"); found {
			out.ImageDigest = digest
		} else {
			out.ImageDigest = "sha256:" + digest64(c.Image)
		}
	}
	if out.LastStatus != stateStopped {
		return out
	}
	out.Reason = t.play.Reasons[c.Name]
	if !t.ran() || t.lateExit > 0 {
		return out
	}
	switch code, given := t.play.Exit[c.Name]; {
	case t.killed:
		out.ExitCode = new(exitTerminated)
	case given:
		out.ExitCode = &code
	case t.play.Exit == nil:
		out.ExitCode = new(int32)
	}
	return out
}

// containerStatus is PENDING, RUNNING or STOPPED: containers have no other.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Container.html
func (t *task) containerStatus() string {
	switch {
	case !t.executionStopped.IsZero():
		return stateStopped
	case t.ran():
		return stateRunning
	default:
		return statePending
	}
}

// attachments has the network interface of a task with awsvpc, with the details of StopTask's example.
func (t *task) attachments() []attachmentOut {
	var network networkConfiguration
	if t.def.NetworkMode != "awsvpc" || json.Unmarshal(t.request.NetworkConfiguration, &network) != nil {
		return nil
	}
	hash := digest64(t.seed)
	address := t.address()
	attachment := attachmentOut{
		ID: uuid(t.seed), Type: "ElasticNetworkInterface", Status: "PRECREATED",
		Details: []pair{{"subnetId", network.AWSVPCConfiguration.Subnets[0]}},
	}
	switch {
	case t.status == stateStopped:
		attachment.Status = "DELETED"
	case t.status != stateProvisioning:
		attachment.Status = "ATTACHED"
	}
	if attachment.Status != "PRECREATED" {
		attachment.Details = append(attachment.Details,
			pair{"networkInterfaceId", "eni-" + hash[:17]},
			pair{"macAddress", fmt.Sprintf("0e:%s:%s:%s:%s:%s", hash[0:2], hash[2:4], hash[4:6], hash[6:8], hash[8:10])},
			pair{"privateDnsName", "ip-" + strings.ReplaceAll(address, ".", "-") + ".ec2.internal"},
			pair{"privateIPv4Address", address})
	}
	return []attachmentOut{attachment}
}

func (t *task) address() string {
	sum := sha256.Sum256([]byte(t.seed))
	return fmt.Sprintf("10.0.%d.%d", sum[0], 4+sum[1]%250)
}

func moment(t time.Time) *timestamp {
	if t.IsZero() {
		return nil
	}
	return (*timestamp)(&t)
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

// identifier makes 32 hexadecimal digits, as task ids have. The n-th of a kind is the same in each run.
func (s *Stage) identifier(kind string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identifierLocked(kind)
}

func (s *Stage) identifierLocked(kind string) string {
	s.made[kind]++
	return digest64(fmt.Sprintf("%s %d", kind, s.made[kind]))[:32]
}

func digest64(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func uuid(text string) string {
	h := digest64(text)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:32]
}
