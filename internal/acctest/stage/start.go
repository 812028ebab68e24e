package stage

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// startRequest is a request of RunTask or StartTask.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html#API_RunTask_RequestParameters
type startRequest struct {
	CapacityProviderStrategy []strategyItem
	ClientToken              *string
	Cluster                  string
	ContainerInstances       []string
	Count                    *int
	EnableECSManagedTags     bool
	EnableExecuteCommand     bool
	Group                    string
	LaunchType               string
	NetworkConfiguration     json.RawMessage
	Overrides                json.RawMessage
	PlacementConstraints     []struct{}
	PlacementStrategy        []struct{}
	PlatformVersion          string
	PropagateTags            string
	StartedBy                string
	Tags                     []tag
	TaskDefinition           string
}

type strategyItem struct {
	CapacityProvider string
	Weight, Base     int
}

type networkConfiguration struct {
	AWSVPCConfiguration *struct {
		Subnets, SecurityGroups []string
		AssignPublicIP          string
	}
}

type overrides struct {
	ContainerOverrides                         []map[string]any
	CPU, Memory, TaskRoleARN, ExecutionRoleARN string
	EphemeralStorage                           *storageOut
}

// placement is a RunTask that was carried out with a clientToken.
type placement struct {
	cluster, token string
	parameters     string
	at             time.Time
	tasks          []*task
	failures       []Failure
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		// What the protocol answers to a document that is not one of the operation's.
		return &refusal{code: "SerializationException", message: err.Error()}
	}
	return nil
}

// runTask answers RunTask.
func (s *Stage) runTask(next *emulator, body []byte) (any, error) {
	var request startRequest
	if err := decode(body, &request); err != nil {
		return nil, err
	}
	in, err := next.findCluster(request.Cluster)
	if err != nil {
		return nil, err
	}
	parameters, err := withoutToken(body)
	if err != nil {
		return nil, err
	}
	// A token that is known comes before all else: the revision may be inactive by now.
	s.mu.Lock()
	answer, err := s.known(in, request.ClientToken, parameters)
	s.mu.Unlock()
	if answer != nil || err != nil {
		return answer, err
	}
	def, err := next.findDefinition(request.TaskDefinition)
	if err != nil {
		return nil, err
	}
	count := 1
	if request.Count != nil {
		count = *request.Count
	}
	// "You can specify up to 10 tasks for each call." Texts ours.
	if count < 1 {
		return nil, invalid("Count should be greater than 0.")
	}
	if count > 10 {
		return nil, invalid("Count should not be greater than 10.")
	}
	where, err := s.place(next, in, def, &request)
	if err != nil {
		return nil, err
	}
	if err := checkStart(def, &request, where, 128); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	// Another call with this token may have been faster.
	if answer, err := s.known(in, request.ClientToken, parameters); answer != nil || err != nil {
		return answer, err
	}
	play := s.play(def.Family)
	made := &placement{cluster: in.ARN, parameters: parameters, at: s.now()}
	made.failures = append([]Failure{}, play.Fails[:min(len(play.Fails), count)]...)
	for i := range count - len(made.failures) {
		made.tasks = append(made.tasks, s.newTask(in, def, &request, where, play.of(i)))
	}
	if request.ClientToken != nil {
		made.token = *request.ClientToken
		s.placements = append(s.placements, made)
	}
	return made.answer(), nil
}

func (p *placement) answer() *startedTasks {
	answer := &startedTasks{Tasks: []taskOut{}, Failures: p.failures}
	for _, t := range p.tasks {
		answer.Tasks = append(answer.Tasks, t.out(true))
	}
	return answer
}

// known is the answer to a request whose token the cluster knows; nil if it knows none. It must be called with the
// stage locked.
//
// "If you retry an API request with the same client token and the same request parameters …, the result of the
// original request is returned"; with other parameters it "fails with a ConflictException". "Tasks that have been
// stopped for under an hour only include the task ARN, last status, and desired status." A token lives 24 hours, or
// the tasks' lifetime plus one hour, whichever is lower.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html#RunTaskIdempotency
func (s *Stage) known(in *cluster, token *string, parameters string) (any, error) {
	if token == nil {
		return nil, nil //nolint:nilnil // nil means: not known
	}
	// "Up to 64 characters are allowed. The valid characters are characters in the range of 33-126, inclusive."
	// Text ours.
	if len(*token) < 1 || len(*token) > 64 || strings.ContainsFunc(*token, func(c rune) bool { return c < 33 || c > 126 }) {
		return nil, invalid("clientToken must have 1 to 64 characters in the range of 33-126.")
	}
	now := s.now()
	s.placements = slices.DeleteFunc(s.placements, func(p *placement) bool { return !now.Before(p.end()) })
	for _, p := range s.placements {
		if p.cluster != in.ARN || p.token != *token {
			continue
		}
		if p.parameters != parameters {
			conflict := &refusal{
				code:      "ConflictException",
				message:   "The provided clientToken is already in use with a different RunTask request.",
				resources: []string{},
			}
			for _, t := range p.tasks {
				conflict.resources = append(conflict.resources, t.arn)
			}
			return nil, conflict
		}
		answer := p.answer()
		for i, t := range p.tasks {
			if t.status == stateStopped {
				answer.Tasks[i] = taskOut{TaskARN: t.arn, LastStatus: t.status, DesiredStatus: t.desired}
			}
		}
		return answer, nil
	}
	return nil, nil //nolint:nilnil // as above
}

// end is when the token ends.
func (p *placement) end() time.Time {
	day := p.at.Add(24 * time.Hour)
	if len(p.tasks) == 0 {
		return p.at.Add(hour)
	}
	var last time.Time
	for _, t := range p.tasks {
		if t.forgotten.IsZero() {
			return day
		}
		if t.forgotten.After(last) {
			last = t.forgotten
		}
	}
	if last.Before(day) {
		return last
	}
	return day
}

// withoutToken is the request in a form that is the same for the same parameters.
func withoutToken(body []byte) (string, error) {
	var all map[string]any
	if err := decode(body, &all); err != nil {
		return "", err
	}
	delete(all, "clientToken")
	canonical, err := json.Marshal(all)
	return string(canonical), err
}

// startTask answers StartTask.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StartTask.html
func (s *Stage) startTask(next *emulator, body []byte) (any, error) {
	var request startRequest
	if err := decode(body, &request); err != nil {
		return nil, err
	}
	in, err := next.findCluster(request.Cluster)
	if err != nil {
		return nil, err
	}
	def, err := next.findDefinition(request.TaskDefinition)
	if err != nil {
		return nil, err
	}
	// "You can specify up to 10 container instances." Texts ours.
	switch n := len(request.ContainerInstances); {
	case n == 0:
		return nil, invalid("Container instances cannot be empty.")
	case n > 10:
		return nil, invalid("Container instances cannot exceed 10 items.")
	}
	where := destination{launchType: "EC2"}
	// "Up to 36 letters …" for StartTask's startedBy.
	if err := checkStart(def, &request, where, 36); err != nil {
		return nil, err
	}
	failures := []Failure{}
	var on []string
	for _, id := range request.ContainerInstances {
		arn, failure, err := s.instance(next, in, id)
		if err != nil {
			return nil, err
		}
		if failure != nil {
			failures = append(failures, *failure)
			continue
		}
		on = append(on, arn)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	play := s.play(def.Family)
	failed := min(len(play.Fails), len(on))
	started := &placement{failures: append(failures, play.Fails[:failed]...)}
	for i, arn := range on[failed:] {
		where.instance = arn
		started.tasks = append(started.tasks, s.newTask(in, def, &request, where, play.of(i)))
	}
	return started.answer(), nil
}

// instance is the ARN of a container instance, by id or ARN, or the failure that StartTask has instead: MISSING or
// INACTIVE. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html
func (s *Stage) instance(next *emulator, in *cluster, id string) (arn string, failure *Failure, err error) {
	s.mu.Lock()
	for _, known := range s.instances[in.Name] {
		if known == id || strings.HasSuffix(known, "/"+id) {
			arn = known
		}
	}
	s.mu.Unlock()
	if arn != "" {
		return arn, nil, nil
	}
	found, err := next.findInstance(in, id)
	if err != nil {
		return "", nil, err
	}
	if found == nil {
		if !strings.HasPrefix(id, "arn:") {
			id = in.sibling("container-instance", id)
		}
		return "", &Failure{ARN: id, Reason: "MISSING"}, nil
	}
	if found.Status == "INACTIVE" {
		return "", &Failure{ARN: found.ARN, Reason: "INACTIVE"}, nil
	}
	return found.ARN, nil, nil
}

// sibling is the ARN of something in the cluster, in the long format.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
func (c *cluster) sibling(kind, id string) string {
	before, name, _ := strings.Cut(c.ARN, ":cluster/")
	return before + ":" + kind + "/" + name + "/" + id
}

// destination is where a task is placed.
type destination struct {
	launchType, capacityProvider, instance string
}

func (d destination) fargate() bool { return d.launchType == "FARGATE" }

// place decides by launch type, strategy and the cluster's default, in this order: "If no capacityProviderStrategy
// or launchType is specified, the defaultCapacityProviderStrategy for the cluster is used" (RunTask). A cluster
// without one has EC2.
//
// ECS's text of a provider that is not associated: https://github.com/dask/dask-cloudprovider/issues/328.
func (s *Stage) place(next *emulator, in *cluster, def *definition, request *startRequest) (destination, error) {
	strategy := request.CapacityProviderStrategy
	var where destination
	switch {
	case request.LaunchType != "" && len(strategy) > 0:
		return where, invalid("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")
	case len(strategy) > 20: // "A capacity provider strategy can contain a maximum of 20 capacity providers." Text ours.
		return where, invalid("The specified capacity provider strategy cannot contain more than 20 capacity providers.")
	case request.LaunchType != "":
		where.launchType = request.LaunchType
	case len(strategy) == 0:
		strategy = in.DefaultCapacityProviderStrategy
	}
	if !slices.Contains([]string{"", "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"}, where.launchType) {
		return where, invalid("Unknown launch type %s.", where.launchType) // text ours
	}
	for _, item := range strategy {
		if !slices.Contains(in.CapacityProviders, item.CapacityProvider) {
			return where, invalid("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.")
		}
	}
	if len(strategy) > 0 {
		where.capacityProvider = chosen(strategy)
		where.launchType = "EC2"
		if where.capacityProvider == "FARGATE" || where.capacityProvider == "FARGATE_SPOT" {
			where.launchType = "FARGATE"
		}
	}
	if where.launchType == "" {
		where.launchType = "EC2"
	}
	compatible := def.Compatibilities
	if len(compatible) == 0 {
		compatible = def.RequiresCompatibilities
	}
	if len(compatible) > 0 && !slices.Contains(compatible, where.launchType) {
		return where, invalid("Task definition does not support launch_type %s.", where.launchType)
	}
	if where.fargate() || where.capacityProvider != "" {
		return where, nil
	}
	s.mu.Lock()
	instances := slices.Clone(s.instances[in.Name])
	s.mu.Unlock()
	if len(instances) == 0 {
		var err error
		if instances, err = next.instances(in); err != nil {
			return where, err
		}
	}
	if len(instances) == 0 {
		return where, invalid("No Container Instances were found in your cluster.")
	}
	where.instance = instances[0]
	return where, nil
}

// chosen is the provider that gets the first task: one with a base, else the one with the highest weight.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
func chosen(strategy []strategyItem) string {
	best := strategy[0]
	for _, item := range strategy {
		if item.Base > best.Base || item.Base == best.Base && item.Weight > best.Weight {
			best = item
		}
	}
	return best.CapacityProvider
}

// "letters (uppercase and lowercase), numbers, hyphens (-), forward slash (/), and underscores (_) are allowed."
var startedByCharacters = regexp.MustCompile(`^[A-Za-z0-9/_-]*$`)

var platformVersions = []string{"", "LATEST", "1.4.0", "1.3.0", "1.0.0"}

// checkStart refuses what RunTask and StartTask refuse alike. The limits stand in the operations' parameters.
func checkStart(def *definition, request *startRequest, where destination, startedBy int) error {
	if len(request.StartedBy) > startedBy || !startedByCharacters.MatchString(request.StartedBy) {
		return invalid("startedBy must have at most %d letters, numbers, hyphens, forward slashes and underscores.", startedBy) // text ours
	}
	// "An error will be received if you specify the SERVICE option when running a task." Text ours.
	if request.PropagateTags == "SERVICE" {
		return invalid("propagateTags SERVICE is not supported when running a task.")
	}
	if err := checkTags(request.Tags); err != nil {
		return err
	}
	if len(request.PlacementConstraints)+len(def.PlacementConstraints) > 10 {
		return invalid("A task can have at most 10 placement constraints.") // text ours
	}
	if len(request.PlacementStrategy) > 5 {
		return invalid("A task can have at most 5 placement strategy rules.") // text ours
	}
	switch {
	case !where.fargate() && request.PlatformVersion != "":
		return invalid("The platform version must be null when specifying an EC2 launch type.")
	case where.fargate() && !slices.Contains(platformVersions, request.PlatformVersion):
		return &refusal{code: "PlatformUnknownException", message: "The specified platform version does not exist."}
	case where.fargate() && len(request.PlacementStrategy) > 0:
		return invalid("Placement strategies are not supported with FARGATE launch type.")
	case where.fargate() && len(request.PlacementConstraints)+len(def.PlacementConstraints) > 0:
		return invalid("Placement constraints are not supported with FARGATE launch type.")
	}
	given, err := checkOverrides(def, request.Overrides)
	if err != nil {
		return err
	}
	// "If true, then the task definition must have a task role, or you must provide one as an override." Text ours.
	if request.EnableExecuteCommand && def.TaskRoleARN == "" && given.TaskRoleARN == "" {
		return invalid("Execute command needs a task role, in the task definition or as an override.")
	}
	return checkNetwork(def, request.NetworkConfiguration, where)
}

// checkTags: "Maximum number of tags per resource - 50", keys of 128 and values of 256 characters, each key once,
// no prefix "aws:". Texts ours.
func checkTags(tags []tag) error {
	if len(tags) > 50 {
		return invalid("A resource can have at most 50 tags.")
	}
	keys := make(map[string]bool)
	for _, t := range tags {
		switch {
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return invalid("Tag keys cannot begin with aws:.")
		case t.Key == "" || len([]rune(t.Key)) > 128 || len([]rune(t.Value)) > 256:
			return invalid("Tag keys have 1 to 128 characters, values at most 256.")
		case keys[t.Key]:
			return invalid("Duplicate tag keys.")
		}
		keys[t.Key] = true
	}
	return nil
}

// checkOverrides: "A total of 8192 characters are allowed for overrides. This limit includes the JSON formatting
// characters of the override structure."
//
// ECS's text of an unknown container: https://github.com/azavea/django-ecsmanage/issues/21.
func checkOverrides(def *definition, document json.RawMessage) (*overrides, error) {
	given := &overrides{}
	if len(document) == 0 {
		return given, nil
	}
	if err := decode(document, given); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, document); err != nil {
		return nil, err
	}
	if compact.Len() > 8192 {
		return nil, invalid("Container Overrides length must be at most 8192")
	}
	for _, c := range given.ContainerOverrides {
		name, _ := c["name"].(string)
		if name == "" { // "If a non-empty container override is specified, the name parameter must be included." Text ours.
			return nil, invalid("Container override has no name.")
		}
		if !slices.ContainsFunc(def.Containers, func(d containerDefinition) bool { return d.Name == name }) {
			return nil, invalid("Override for container named %s is not a container in the TaskDefinition.", name)
		}
	}
	return given, nil
}

// checkNetwork: "This parameter is required for task definitions that use the awsvpc network mode …, and it isn't
// supported for other network modes." 16 subnets and 5 security groups are AwsVpcConfiguration's limits.
func checkNetwork(def *definition, document json.RawMessage, where destination) error {
	var network networkConfiguration
	if len(document) > 0 {
		if err := decode(document, &network); err != nil {
			return err
		}
	}
	vpc := network.AWSVPCConfiguration
	switch {
	case def.NetworkMode == "awsvpc" && vpc == nil:
		return invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	case def.NetworkMode != "awsvpc" && vpc != nil:
		return invalid("Network Configuration is not valid for the given networkMode of this task definition.")
	case vpc == nil:
		return nil
	case len(vpc.Subnets) == 0: // a required member
		return invalid("subnets can not be empty.")
	case len(vpc.Subnets) > 16: // text ours
		return invalid("subnets can have at most 16 items.")
	case len(vpc.SecurityGroups) > 5: // text ours
		return invalid("securityGroups can have at most 5 items.")
	case vpc.AssignPublicIP == "ENABLED" && !where.fargate():
		return invalid("Assign public IP is not supported for this launch type.")
	}
	return nil
}

// newTask must be called with the stage locked.
func (s *Stage) newTask(in *cluster, def *definition, request *startRequest, where destination, play Play) *task {
	id := s.identifierLocked("task")
	t := &task{
		id:       id,
		arn:      in.sibling("task", id),
		cluster:  in,
		def:      def,
		request:  request,
		where:    where,
		play:     play,
		states:   play.States,
		unseen:   play.Unseen,
		lateExit: play.LateExit,
		status:   statePending,
		desired:  desiredRunning,
		version:  1,
		clock:    s.now,
		seed:     s.identifierLocked("attachment"),
		tags:     make(map[string]string),
		unread:   max(play.LateReads, 1),
	}
	if len(t.states) == 0 {
		t.states = []string{stateProvisioning, statePending, stateRunning, stateDeprovisioning, stateStopped}
		if play.Code == codeFailedToStart {
			t.states = slices.Delete(t.states, 2, 3)
		}
	}
	if def.NetworkMode == "awsvpc" {
		t.status = stateProvisioning
	}
	t.created = t.now()
	// The request's own tags win: a key of both is not documented.
	if request.PropagateTags == "TASK_DEFINITION" {
		for _, each := range def.tags {
			t.tags[each.Key] = each.Value
		}
	}
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html#managed-tags
	if request.EnableECSManagedTags {
		t.tags["aws:ecs:clusterName"] = in.Name
	}
	for _, each := range request.Tags {
		t.tags[each.Key] = each.Value
	}
	for _, c := range def.Containers {
		lines := play.LinesOf[c.Name]
		if c.Name == def.Containers[0].Name {
			lines = play.Lines
		}
		t.logs = append(t.logs, newContainerLog(t, c, lines))
	}
	if len(t.logs) > 0 && play.LateLines > 0 {
		t.logs[0].late = min(play.LateLines, len(play.Lines))
	}
	s.tasks = append(s.tasks, t)
	return t
}

func refusedAs(err error, code string) bool {
	refused, ok := errors.AsType[*emulatorError](err)
	return ok && refused.code == code
}

func sortedTags(tags map[string]string) []tag {
	var sorted []tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		sorted = append(sorted, tag{key, tags[key]})
	}
	return sorted
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
