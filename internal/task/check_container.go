package task

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// container checks what only attributes can be wrong in; what ECS refuses, refused does.
func (c *checker) container(d describedContainer) {
	if d.Log.Driver == NoLog && (len(d.Log.Options) > 0 || len(d.Log.SecretRefs) > 0) {
		c.wrong(d.at("log_driver"), "the log driver %s has no options; remove log_options and log_secret_options", NoLog)
	}
	if r := d.RestartPolicy; r != nil && !r.Enabled && !d.unknown(attribute.RestartPolicy) && (r.RestartAttemptPeriod != 0 || len(r.IgnoredExitCodes) > 0) {
		c.warn(d.at("restart_policy", "enabled"), "the other settings only matter with enabled = true")
	}
	c.gpus(d)
	if r := d.FirelensConfiguration; r != nil && r.Options["config-file-type"] == "s3" && !d.unknown(attribute.FirelensConfiguration) {
		if err := CheckObjectARN(r.Options["config-file-value"]); err != nil {
			c.wrong(d.at("firelens_configuration", "options"), "the option config-file-value is the ARN of the file with config-file-type = s3: %s", err)
		}
	}
	for _, u := range d.Ulimits {
		if u.HardLimit >= 0 && (u.SoftLimit > u.HardLimit || u.SoftLimit < 0) && !d.unknown(attribute.Ulimits) {
			c.wrong(d.at("ulimits", "["+u.Name+"]", "soft_limit"), "the soft limit is at most the hard limit, %d, not %d (-1 is no limit)", u.HardLimit, u.SoftLimit)
		}
	}
	if prefix, set := d.Log.Options[streamPrefixOption]; set && prefix == "" && c.OnFargate() && (d.Log.Driver == "" || d.Log.Driver == AWSLogs) && !d.unknown(attribute.LogDriver, attribute.LogOptions) {
		c.wrong(d.at("log_options", "["+streamPrefixOption+"]"), "on Fargate awslogs needs a stream prefix; remove the option, or give one")
	}
}

// gpus checks what a container asks of GPUs and accelerators.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ResourceRequirement.html
func (c *checker) gpus(d describedContainer) {
	if d.unknown(attribute.ResourceRequirements) {
		return
	}
	for i, r := range d.ResourceRequirements {
		at := d.at("resource_requirements", fmt.Sprintf("#%d", i))
		shared := r.SharingStrategy != nil
		switch {
		case shared == (r.Value != ""):
			c.wrong(at, "a requirement has one of value and sharing_strategy")
		case shared && r.Type != "GPU":
			c.wrong(append(at, "sharing_strategy"), "only a GPU is shared, not a requirement of type %s", r.Type)
		case shared && r.SharingStrategy.NvidiaMPS == nil:
			c.wrong(append(at, "sharing_strategy"), "nvidia_mps is the only strategy: set it")
		case shared && slices.Contains(c.LaunchTypes, "EXTERNAL"):
			c.wrong(append(at, "sharing_strategy"), "external instances share no GPUs; set launch_types without EXTERNAL, or value")
		}
	}
}

// variables checks that a variable has one source.
func (c *checker) variables(d describedContainer) {
	for _, v := range d.Environment {
		if _, both := d.SecretRefs[v.Name]; both {
			c.wrong(d.at("secrets", "["+v.Name+"]"), "%q is in environment and in secrets; ECS takes a variable from one of them. Remove it from the other", v.Name)
		}
	}
}

// secrets questions references to secrets that may be secrets themselves.
func (c *checker) secrets(d describedContainer) {
	inFile := func(list []ContainerSecret) map[string]string {
		out := map[string]string{}
		for _, s := range list {
			out[s.Name] = s.ValueFrom
		}
		return out
	}
	question := func(path []string, references map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(references)) {
			if doubt := QuestionSecret(references[name]); doubt != "" {
				c.warn(append(slices.Clone(path), "["+name+"]"), "%s", doubt)
			}
		}
	}
	question(d.at("secrets"), d.SecretRefs)
	question(d.at("log_secret_options"), d.Log.SecretRefs)
	question(d.at("secrets"), inFile(d.Secrets))
	if l := d.LogConfiguration; l != nil {
		question(d.at("logConfiguration", "secretOptions"), inFile(l.SecretOptions))
	}
}

func (c *checker) command(d describedContainer) {
	if d.unknown(attribute.Command, attribute.EntryPoint) {
		return
	}
	if err := CheckCommand(d.EntryPoint); err != nil {
		c.warn(d.at("entry_point"), "%s", err)
	}
	if err := CheckCommand(d.Command); err != nil && !endsInShellFlag(d.EntryPoint) {
		c.warn(d.at("command"), "%s", err)
	}
}

// ports checks a container's own ports.
func (c *checker) ports(d describedContainer) {
	if d.unknown(attribute.Ports) {
		return
	}
	seen, names := map[string]int{}, map[string]int{}
	for i, p := range d.PortMappings {
		at := d.at("ports", fmt.Sprintf("#%d", i))
		if (p.ContainerPort == 0) == (p.ContainerPortRange == "") {
			c.wrong(at, "a port has one of container_port and container_port_range")
			continue
		}
		key := portText(p)
		if first, twice := seen[key]; twice {
			c.wrong(at, "the port %s stands in ports[%d] already; a port is mapped once", key, first)
		} else {
			seen[key] = i
		}
		if first, twice := names[p.Name]; twice && p.Name != "" {
			c.wrong(append(at, "name"), "the port in ports[%d] has the name %q already", first, p.Name)
		} else {
			names[p.Name] = i
		}
		if (c.NetworkMode == AWSVPC || c.NetworkMode == "host") && c.known(attribute.NetworkMode, attribute.LaunchTypes) && p.HostPort != 0 && p.HostPort != p.ContainerPort {
			c.wrong(append(at, "host_port"), "with network_mode %s the host port is the container's, %d, not %d; remove it", c.NetworkMode, p.ContainerPort, p.HostPort)
		}
	}
	if c.NetworkMode == "none" && c.known(attribute.NetworkMode) && len(d.PortMappings) > 0 {
		c.wrong(d.at("ports"), "with network_mode none a container has no ports; remove them")
	}
}

func portText(p PortMapping) string {
	protocol := p.Protocol
	if protocol == "" {
		protocol = "tcp"
	}
	if p.ContainerPortRange != "" {
		return p.ContainerPortRange + "/" + protocol
	}
	return fmt.Sprintf("%d/%s", p.ContainerPort, protocol)
}

// mounts checks that mount points name volumes of the task.
func (c *checker) mounts(d describedContainer) {
	if !c.known(attribute.Volumes) || d.unknown(attribute.MountPoints) {
		return
	}
	volumes := map[string]bool{}
	for _, v := range c.Rest.Volumes {
		volumes[v.Name] = true
	}
	paths := map[string]int{}
	for i, m := range d.MountPoints {
		at := d.at("mount_points", fmt.Sprintf("#%d", i))
		if !volumes[m.SourceVolume] {
			c.wrong(append(at, "source_volume"), "there is no volume %q; volumes has %s", m.SourceVolume, orNone(slices.Sorted(maps.Keys(volumes))))
		}
		if first, twice := paths[m.ContainerPath]; twice {
			c.wrong(append(at, "container_path"), "mount_points[%d] is at %q already", first, m.ContainerPath)
		}
		paths[m.ContainerPath] = i
	}
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
