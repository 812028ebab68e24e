package task

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fargateSizes is AWS's table as its page writes it, beside and not from [Sizes].
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
var fargateSizes = []struct {
	cpu, from, to, step int64 // units, MiB
	only                []int64
	windows             bool
}{
	{cpu: 256, only: []int64{512, 1024, 2048}},
	{cpu: 512, from: 1024, to: 4096, step: 1024},
	{cpu: 1024, from: 2048, to: 8192, step: 1024, windows: true},
	{cpu: 2048, from: 4096, to: 16384, step: 1024, windows: true},
	{cpu: 4096, from: 8192, to: 30720, step: 1024, windows: true},
	{cpu: 8192, from: 16384, to: 61440, step: 4096},
	{cpu: 16384, from: 32768, to: 122880, step: 8192},
	{cpu: 32768, only: []int64{61440, 122880, 249856}},
}

const windows = "WINDOWS_SERVER_2022_CORE"

func TestSizes(t *testing.T) {
	var want []Size
	for _, line := range fargateSizes {
		memory := line.only
		for m := line.from; memory == nil || m <= line.to && line.step > 0; m += line.step {
			memory = append(memory, m)
		}
		want = append(want, Size{CPU: line.cpu, Memory: memory, Windows: line.windows})
	}
	if diff := cmp.Diff(want, Sizes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// The ends of the rows, as the page has them, so that a slip in the loop above shows.
	for cpu, ends := range map[int64][3]int64{ // first, last, how many
		256: {512, 2048, 3}, 512: {1024, 4096, 4}, 1024: {2048, 8192, 7}, 2048: {4096, 16384, 13},
		4096: {8192, 30720, 23}, 8192: {16384, 61440, 12}, 16384: {32768, 122880, 12}, 32768: {61440, 249856, 3},
	} {
		i := slices.IndexFunc(Sizes, func(s Size) bool { return s.CPU == cpu })
		if i < 0 {
			t.Errorf("no cpu %d", cpu)
			continue
		}
		m := Sizes[i].Memory
		if got := [3]int64{m[0], m[len(m)-1], int64(len(m))}; got != ends {
			t.Errorf("cpu %d: first, last and number are %v, want %v", cpu, got, ends)
		}
	}
}

func TestCheckSize_everyCombination(t *testing.T) {
	for _, os := range []string{"", "LINUX", windows} {
		for _, s := range Sizes {
			for memory := int64(256); memory <= 262144; memory += 256 {
				_, err := CheckSize(os, s.CPU, memory)
				exists := slices.Contains(s.Memory, memory) && (s.Windows || !IsWindows(os))
				if exists != (err == nil) {
					t.Errorf("%q, cpu %d, memory %d: %v", os, s.CPU, memory, err)
				}
			}
		}
	}
}

func TestCheckSize(t *testing.T) {
	for _, test := range []struct {
		os          string
		cpu, memory int64
		attribute   string
		message     string
	}{
		{"", 256, 4096, "memory", "with cpu = 256, memory is 512, 1024 or 2048 MiB, not 4096; the smallest size with 4096 MiB is cpu 512"},
		{"LINUX", 1024, 512, "memory", "with cpu = 1024, memory is 2048 to 8192 (in steps of 1024) MiB, not 512; the smallest size with 512 MiB is cpu 256"},
		{"LINUX", 512, 1000, "memory", "with cpu = 512, memory is 1024, 2048, 3072 or 4096 MiB, not 1000; the nearest is 1024"},
		{"LINUX", 8192, 17408, "memory", "with cpu = 8192, memory is 16384 to 61440 (in steps of 4096) MiB, not 17408; the smallest size with 17408 MiB is cpu 4096"},
		{"LINUX", 32768, 262144, "memory", "with cpu = 32768, memory is 61440, 122880 or 249856 MiB, not 262144; the nearest is 249856"},
		{"LINUX", 100, 0, "cpu", "a task on Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units (1024 are one vCPU), not 100; the nearest is 256"},
		{"LINUX", 100, 512, "cpu", "a task on Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units (1024 are one vCPU), not 100; the nearest is 256"},
		{"LINUX", 3000, 0, "cpu", "a task on Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units (1024 are one vCPU), not 3000; the nearest is 2048"},
		{"LINUX", -1, 0, "cpu", "a task on Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384 or 32768 CPU units (1024 are one vCPU), not -1; the nearest is 256"},
		{"LINUX", 0, 600, "memory", "no size of Fargate has 600 MiB of memory; the nearest is 512"},
		{windows, 256, 0, "cpu", "a task on Fargate with Windows containers has 1024, 2048 or 4096 CPU units (1024 are one vCPU), not 256; the nearest is 1024"},
		{windows, 0, 512, "memory", "no size of Fargate with Windows containers has 512 MiB of memory; the nearest is 2048"},
		{windows, 1024, 16384, "memory", "with cpu = 1024, memory is 2048 to 8192 (in steps of 1024) MiB, not 16384; the smallest size with 16384 MiB is cpu 2048"},
		{windows, 1024, 61440, "memory", "with cpu = 1024, memory is 2048 to 8192 (in steps of 1024) MiB, not 61440; the nearest is 8192"},
	} {
		attribute, err := CheckSize(test.os, test.cpu, test.memory)
		if attribute != test.attribute || textOf(err) != test.message {
			t.Errorf("%q, cpu %d, memory %d: %s: %v, want %s: %s", test.os, test.cpu, test.memory, attribute, err, test.attribute, test.message)
		}
	}
}

// A value that is not there, or not known yet, is not judged.
func TestCheckSize_leftOut(t *testing.T) {
	for _, os := range []string{"", "LINUX", windows} {
		if _, got := CheckSize(os, 0, 0); got != nil {
			t.Errorf("%q, nothing: %+v", os, got)
		}
		for _, s := range sizesFor(os) {
			if _, got := CheckSize(os, s.CPU, 0); got != nil {
				t.Errorf("%q, cpu %d: %+v", os, s.CPU, got)
			}
			for _, memory := range s.Memory {
				if _, got := CheckSize(os, 0, memory); got != nil {
					t.Errorf("%q, memory %d: %+v", os, memory, got)
				}
			}
		}
	}
}

func TestEffectiveSize(t *testing.T) {
	for _, test := range []struct {
		os                  string
		cpu, memory         int64
		wantCPU, wantMemory int64
	}{
		{"", 0, 0, 256, 512},
		{"LINUX", 0, 0, 256, 512},
		{windows, 0, 0, 1024, 2048},
		{"LINUX", 512, 0, 512, 1024},
		{"LINUX", 32768, 0, 32768, 61440},
		{"LINUX", 0, 1024, 256, 1024},
		{"LINUX", 0, 3072, 512, 3072},
		{"LINUX", 0, 61440, 8192, 61440},
		{"LINUX", 0, 249856, 32768, 249856},
		{windows, 0, 4096, 1024, 4096},
		{windows, 0, 16384, 2048, 16384},
		{"LINUX", 1024, 8192, 1024, 8192},
		// What does not exist comes back as it is, for CheckSize to explain.
		{"LINUX", 256, 4096, 256, 4096},
		{"LINUX", 100, 0, 100, 0},
		{"LINUX", 0, 600, 0, 600},
		{windows, 256, 0, 256, 0},
		{windows, 0, 512, 0, 512},
	} {
		cpu, memory := EffectiveSize(test.os, test.cpu, test.memory)
		if cpu != test.wantCPU || memory != test.wantMemory {
			t.Errorf("%q, cpu %d, memory %d: %d and %d, want %d and %d", test.os, test.cpu, test.memory, cpu, memory, test.wantCPU, test.wantMemory)
		}
	}
}

func TestEffectiveSize_properties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		os := rapid.SampledFrom([]string{"", "LINUX", windows}).Draw(t, "os")
		some := func(values []int64) *rapid.Generator[int64] {
			return rapid.OneOf(rapid.Just[int64](0), rapid.SampledFrom(values), rapid.Int64())
		}
		cpu := some(cpus(Sizes)).Draw(t, "cpu")
		memory := some([]int64{512, 2048, 4096, 30720, 61440, 249856}).Draw(t, "memory")
		attribute, err := CheckSize(os, cpu, memory)
		effectiveCPU, effectiveMemory := EffectiveSize(os, cpu, memory)
		if cpu != 0 && effectiveCPU != cpu || memory != 0 && effectiveMemory != memory {
			t.Fatalf("what was given is changed: %d and %d", effectiveCPU, effectiveMemory)
		}
		if err == nil {
			if _, err := CheckSize(os, effectiveCPU, effectiveMemory); effectiveCPU == 0 || effectiveMemory == 0 || err != nil {
				t.Fatalf("effective size %d and %d does not exist", effectiveCPU, effectiveMemory)
			}
			return
		}
		if attribute != "cpu" && attribute != "memory" {
			t.Fatalf("%s: %v", attribute, err)
		}
	})
}

func TestOr(t *testing.T) {
	for want, words := range map[string][]string{
		"":          nil,
		"a":         {"a"},
		"a or b":    {"a", "b"},
		"a, b or c": {"a", "b", "c"},
	} {
		if got := Or(words); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestListed(t *testing.T) {
	for want, values := range map[string][]int64{
		"512":                         {512},
		"512, 1024 or 2048":           {512, 1024, 2048},
		"1, 2, 3 or 4":                {1, 2, 3, 4},
		"1 to 5 (in steps of 1)":      {1, 2, 3, 4, 5},
		"10 to 60 (in steps of 10)":   {10, 20, 30, 40, 50, 60},
		"256, 512, 1024, 2048 or 300": {256, 512, 1024, 2048, 300},
	} {
		if got := listed(values); got != want {
			t.Errorf("%v: %q, want %q", values, got, want)
		}
	}
}

func TestSmallestSize(t *testing.T) {
	for _, c := range []struct {
		os                            string
		cpu, memory, wantCPU, wantMiB int64
	}{
		{"", 0, 0, 256, 512}, {"", 1, 1, 256, 512}, {"", 256, 512, 256, 512}, {"", 257, 1, 512, 1024}, {"", 256, 3000, 512, 3072},
		{"", 256, 5000, 1024, 5120}, {"", 1000, 9000, 2048, 9216}, {"", 0, 249856, 32768, 249856}, {"LINUX", 300, 2049, 512, 3072},
		{"WINDOWS_SERVER_2022_CORE", 256, 512, 1024, 2048},
	} {
		cpu, memory, err := SmallestSize(c.os, c.cpu, c.memory)
		if cpu != c.wantCPU || memory != c.wantMiB || err != nil {
			t.Errorf("%d and %d on %q fit into %d and %d, %v; want %d and %d", c.cpu, c.memory, c.os, cpu, memory, err, c.wantCPU, c.wantMiB)
		}
		if _, err := CheckSize(c.os, cpu, memory); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		os          string
		cpu, memory int64
		says        string
	}{
		{"", 32769, 0, "the largest has 32768 CPU units, and 249856 MiB"}, {"", 0, 249857, "249856"}, {"WINDOWS_SERVER_2022_CORE", 8192, 0, "the largest has 4096 CPU units, and 30720 MiB"},
	} {
		if cpu, memory, err := SmallestSize(c.os, c.cpu, c.memory); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%d and %d on %q fit into %d and %d, %v", c.cpu, c.memory, c.os, cpu, memory, err)
		}
	}
}
