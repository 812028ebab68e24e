package task

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Size is one of the CPU sizes of Fargate and the memory that goes with it.
type Size struct {
	CPU    int64   // units, 1024 to a vCPU
	Memory []int64 // MiB, ascending
	// Windows reports whether Windows containers can have the size.
	Windows bool
}

// Sizes are the sizes of Fargate, ascending. A new one of AWS is a new line here.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
// (32 vCPU: 2026).
var Sizes = []Size{
	{CPU: 256, Memory: []int64{512, 1024, 2048}},
	{CPU: 512, Memory: steps(1024, 4096, 1024)},
	{CPU: 1024, Memory: steps(2048, 8192, 1024), Windows: true},
	{CPU: 2048, Memory: steps(4096, 16384, 1024), Windows: true},
	{CPU: 4096, Memory: steps(8192, 30720, 1024), Windows: true},
	{CPU: 8192, Memory: steps(16384, 61440, 4096)},
	{CPU: 16384, Memory: steps(32768, 122880, 8192)},
	{CPU: 32768, Memory: []int64{61440, 122880, 249856}},
}

// Memories are the amounts of memory in MiB as a sentence has them.
func (s Size) Memories() string { return listed(s.Memory) }

func steps(from, to, step int64) []int64 {
	var out []int64
	for v := from; v <= to; v += step {
		out = append(out, v)
	}
	return out
}

// EffectiveSize completes a size of which one or both values are left out (0): the
// smallest on Fargate that goes with the other and with the operating system. A value
// that no size has comes back as it is; [CheckSize] explains it.
func EffectiveSize(os string, cpu, memory int64) (int64, int64) {
	for _, s := range sizesFor(os) {
		if cpu != 0 && cpu != s.CPU {
			continue
		}
		if memory == 0 {
			return s.CPU, s.Memory[0]
		}
		if slices.Contains(s.Memory, memory) {
			return s.CPU, memory
		}
	}
	return cpu, memory
}

// CheckSize checks a size on Fargate. An error is about the attribute to change, "cpu" or "memory". 0 stands for a
// value that is left out or not known yet, and is not checked.
func CheckSize(os string, cpu, memory int64) (attribute string, err error) {
	all := sizesFor(os)
	on := ""
	if IsWindows(os) {
		on = " with Windows containers"
	}
	if cpu != 0 {
		i := slices.IndexFunc(all, func(s Size) bool { return s.CPU == cpu })
		if i < 0 {
			return "cpu", fmt.Errorf("a task on Fargate%s has %s CPU units (1024 are one vCPU), not %d; the nearest is %d",
				on, listed(cpus(all)), cpu, nearest(cpus(all), cpu))
		}
		s := all[i]
		if memory == 0 || slices.Contains(s.Memory, memory) {
			return "", nil
		}
		message := fmt.Sprintf("with cpu = %d, memory is %s MiB, not %d", cpu, listed(s.Memory), memory)
		if j := slices.IndexFunc(all, func(s Size) bool { return slices.Contains(s.Memory, memory) }); j >= 0 {
			message += fmt.Sprintf("; the smallest size with %d MiB is cpu %d", memory, all[j].CPU)
		} else {
			message += fmt.Sprintf("; the nearest is %d", nearest(s.Memory, memory))
		}
		return "memory", errors.New(message)
	}
	if memory == 0 || slices.ContainsFunc(all, func(s Size) bool { return slices.Contains(s.Memory, memory) }) {
		return "", nil
	}
	var memories []int64
	for _, s := range all {
		memories = append(memories, s.Memory...)
	}
	return "memory", fmt.Errorf("no size of Fargate%s has %d MiB of memory; the nearest is %d", on, memory, nearest(memories, memory))
}

// SmallestSize is the smallest size on Fargate that has at least this much of both, in CPU units and MiB. The error
// says what the largest sizes are.
func SmallestSize(os string, cpu, memory int64) (int64, int64, error) {
	all := sizesFor(os)
	for _, s := range all {
		if i := slices.IndexFunc(s.Memory, func(m int64) bool { return m >= memory }); s.CPU >= cpu && i >= 0 {
			return s.CPU, s.Memory[i], nil
		}
	}
	largest := all[len(all)-1]
	return 0, 0, fmt.Errorf("no size of Fargate has %d CPU units and %d MiB of memory: the largest has %d CPU units, and %d MiB", cpu, memory, largest.CPU, largest.Memory[len(largest.Memory)-1])
}

func sizesFor(os string) []Size {
	if !IsWindows(os) {
		return Sizes
	}
	return slices.DeleteFunc(slices.Clone(Sizes), func(s Size) bool { return !s.Windows })
}

func cpus(sizes []Size) []int64 {
	out := make([]int64, len(sizes))
	for i, s := range sizes {
		out[i] = s.CPU
	}
	return out
}

func nearest(values []int64, to int64) int64 {
	return slices.MinFunc(values, func(a, b int64) int { return int(abs(a-to) - abs(b-to)) })
}

func abs(v int64) int64 { return max(v, -v) }

// listed writes numbers as a person would: "512, 1024 or 2048", and a regular row of more
// than four by its ends and step.
func listed(values []int64) string {
	if n := len(values); n > 4 {
		step := values[1] - values[0]
		if values[n-1]-values[0] == step*int64(n-1) {
			return fmt.Sprintf("%d to %d (in steps of %d)", values[0], values[n-1], step)
		}
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = strconv.FormatInt(v, 10)
	}
	return Or(words)
}

// Or joins words for a message: "a, b or c".
func Or(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
