// Command licenses lists the licences of all modules that go into a binary, and fails if one
// is not among those that may:
//
//	licenses FOLDER      (of the main package)
//
// It looks at the files that Go's module cache has, and needs no network. The kept tools of
// this kind either are not tagged any more (go-licenses) or ask a service.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/google/licensecheck"
)

// allowed are licences, by SPDX identifier, under which a part of a binary under the MPL may
// be passed on.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "Unlicense", "Zlib"}

// coverage is how much of a file has to be the text of licences, in percent: the rest are
// names and years. With less, there is something in it that was not read.
const coverage = 75

// systems are those that are released (.goreleaser.yml): each has packages of its own.
var systems = []string{"darwin", "freebsd", "linux", "windows"}

// licenceFile matches the names under which licences are kept; that of the documentation
// (LICENSE.docs) is of nothing in the binary.
var licenceFile = regexp.MustCompile(`(?i)^(?:UN)?(?:LICEN[CS]E|COPYING)(?:[.-].*)?$`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: licenses FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "licenses: %v\n", err)
		os.Exit(1)
	}
}

// module is a part of the binary.
type module struct {
	name, folder string
	packages     map[string]bool // their folders
}

func run(folder string, to io.Writer) error {
	modules, err := modulesOf(folder)
	if err != nil {
		return err
	}
	var problems []error
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		licences, err := modules[name].licences()
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
		fmt.Fprintf(table, "%s\t%s\n", name, strings.Join(licences, ", "))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return errors.Join(problems...)
}

// modulesOf are the modules whose packages go into the binary of the main package in a
// folder, on any system, its own included.
func modulesOf(folder string) (map[string]*module, error) {
	modules := map[string]*module{}
	for _, system := range systems {
		command := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}\t{{.Dir}}", ".")
		command.Dir = folder
		command.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		command.Stderr = os.Stderr
		output, err := command.Output()
		if err != nil {
			return nil, fmt.Errorf("packages on %s: %w", system, err)
		}
		for line := range strings.Lines(string(output)) {
			fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if len(fields) != 3 {
				continue // of the standard library, which has Go's licence
			}
			name := strings.TrimSpace(fields[0])
			if modules[name] == nil {
				modules[name] = &module{name: name, folder: fields[1], packages: map[string]bool{}}
			}
			modules[name].packages[fields[2]] = true
		}
	}
	if len(modules) == 0 {
		return nil, fmt.Errorf("%s has no packages", folder)
	}
	return modules, nil
}

// licences are those of the module, and those in the folders of the packages that are used,
// which may be others' code.
func (m *module) licences() ([]string, error) {
	folders := map[string]bool{m.folder: true}
	for folder := range m.packages {
		for ; folder != m.folder && strings.HasPrefix(folder, m.folder); folder = filepath.Dir(folder) {
			folders[folder] = true
		}
	}
	found := map[string]bool{}
	var problems []error
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if !isLicence(entry) {
				continue
			}
			path := filepath.Join(folder, entry.Name())
			text, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			ids, err := read(text)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path, err))
			}
			for _, id := range ids {
				found[id] = true
			}
		}
	}
	if len(found) == 0 && len(problems) == 0 {
		problems = append(problems, errors.New("no licence is to be found"))
	}
	return slices.Sorted(maps.Keys(found)), errors.Join(problems...)
}

func isLicence(entry fs.DirEntry) bool {
	return entry.Type().IsRegular() && licenceFile.MatchString(entry.Name()) && !slices.Contains([]string{".go", ".docs"}, filepath.Ext(entry.Name()))
}

// read says which licences a text is. The error is of one that is not allowed, or of a text
// that is only in part one that is known.
func read(text []byte) ([]string, error) {
	scanned := licensecheck.Scan(text)
	ids := map[string]bool{}
	for _, match := range scanned.Match {
		ids[match.ID] = true
	}
	list := slices.Sorted(maps.Keys(ids))
	var problems []error
	for _, id := range list {
		if !slices.Contains(allowed, id) {
			problems = append(problems, fmt.Errorf("%s is not among the licences that are allowed: %s", id, strings.Join(allowed, ", ")))
		}
	}
	if scanned.Percent < coverage {
		problems = append(problems, fmt.Errorf("only %.0f %% of it is the text of a licence that is known", scanned.Percent))
	}
	return list, errors.Join(problems...)
}
