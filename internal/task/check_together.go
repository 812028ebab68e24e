package task

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockertask/terraform-provider-docker/internal/task/attribute"
)

// together checks what the containers of a task have to say to each other.
func (c *checker) together() {
	containers := map[string]describedContainer{}
	essential, routers := false, 0
	ports, portNames := map[string]string{}, map[string]string{}
	all := c.all()
	for _, d := range all {
		if _, twice := containers[d.Name]; twice {
			c.wrong(d.path, "the main container has the name %q too; name the sidecar otherwise, or set container_name", d.Name)
		}
		containers[d.Name] = d
		essential = essential || d.Essential == nil || *d.Essential
		if d.FirelensConfiguration != nil {
			if routers++; routers > 1 {
				c.wrong(d.at("firelens_configuration"), "a task has one log router at most")
			}
		}
		for i, p := range d.PortMappings {
			other, taken := ports[portText(p)]
			if taken && other != d.Name && c.NetworkMode == AWSVPC && c.known(attribute.NetworkMode, attribute.LaunchTypes) && !d.unknown(attribute.Ports) {
				c.wrong(d.at("ports", fmt.Sprintf("#%d", i)), "container %s has port %s already; with network_mode %s the containers of a task share one address", other, portText(p), AWSVPC)
			}
			ports[portText(p)] = d.Name
			if other, taken := portNames[p.Name]; p.Name != "" && taken && other != d.Name && !d.unknown(attribute.Ports) {
				c.wrong(d.at("ports", fmt.Sprintf("#%d", i), "name"), "a port of container %s has the name %q already; ports of a task have names that differ", other, p.Name)
			}
			portNames[p.Name] = d.Name
		}
	}
	c.router(all)
	c.count([]string{"sidecars"})
	if !essential && c.known(attribute.Essential) {
		c.wrong([]string{"essential"}, "a task has at least one essential container; set essential = true on one")
	}
	if p := c.Rest.ProxyConfiguration; p != nil && c.known(attribute.ProxyConfiguration) {
		if _, ok := containers[p.ContainerName]; !ok {
			c.wrong([]string{"proxy_configuration", "container_name"}, "there is no container %q; the task has %s", p.ContainerName, orNone(slices.Sorted(maps.Keys(containers))))
		}
	}
	for _, d := range all {
		if d.Log.Driver == "awsfirelens" && routers == 0 && c.known(attribute.FirelensConfiguration) {
			c.wrong(d.at("log_driver"), "the log driver awsfirelens needs a container with firelens_configuration, which no container of the task has")
		}
		for i, v := range d.VolumesFrom {
			if _, ok := containers[v.SourceContainer]; !ok && !d.unknown(attribute.VolumesFrom) {
				c.wrong(d.at("volumes_from", fmt.Sprintf("#%d", i), "source_container"), "there is no container %q; the task has %s", v.SourceContainer, orNone(slices.Sorted(maps.Keys(containers))))
			}
		}
		if !d.unknown(attribute.DependsOnContainers) {
			c.dependencies(d, containers)
		}
	}
	c.cycle(all)
}

func (c *checker) dependencies(d describedContainer, containers map[string]describedContainer) {
	for _, on := range d.DependsOn {
		at := d.at("depends_on_containers", "["+on.ContainerName+"]")
		other, ok := containers[on.ContainerName]
		switch {
		case on.ContainerName == d.Name:
			c.wrong(at, "a container cannot wait for itself")
		case !ok:
			c.wrong(at, "there is no container %q; the task has %s", on.ContainerName, orNone(slices.Sorted(maps.Keys(containers))))
		case on.Condition == "HEALTHY" && other.HealthCheck == nil && !other.unknown(attribute.HealthCheck):
			c.wrong(at, "HEALTHY needs a health_check of container %q", on.ContainerName)
		case (on.Condition == "COMPLETE" || on.Condition == "SUCCESS") && (other.Essential == nil || *other.Essential) && !other.unknown(attribute.Essential):
			c.wrong(at, "%s cannot be waited for on an essential container, as the task stops when it ends; set essential = false on %q", on.Condition, on.ContainerName)
		}
	}
}

// cycle looks for containers that wait for each other.
func (c *checker) cycle(all []describedContainer) {
	waits := map[string][]string{}
	for _, d := range all {
		if d.unknown(attribute.DependsOnContainers) {
			return
		}
		for _, on := range d.DependsOn {
			if on.ContainerName != d.Name {
				waits[d.Name] = append(waits[d.Name], on.ContainerName)
			}
		}
	}
	state := map[string]int{} // 1: on the way, 2: done
	var visit func(name string, way []string) []string
	visit = func(name string, way []string) []string {
		way = append(way, name)
		state[name] = 1
		for _, next := range waits[name] {
			if state[next] == 1 {
				return append(way[slices.Index(way, next):], next)
			}
			if state[next] == 0 {
				if found := visit(next, way); found != nil {
					return found
				}
			}
		}
		state[name] = 2
		return nil
	}
	for _, d := range all {
		if state[d.Name] != 0 {
			continue
		}
		if round := visit(d.Name, nil); round != nil {
			c.wrong(d.at("depends_on_containers"), "containers wait for each other in a circle: %s", strings.Join(round, " → "))
			return
		}
	}
}
