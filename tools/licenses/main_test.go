package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const isc = `Copyright (c) 2026 Somebody

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
`

const gpl = `This program is free software: you can redistribute it and/or modify
it under the terms of the GNU General Public License as published by
the Free Software Foundation, either version 3 of the License, or
(at your option) any later version.
`

func TestModule_licences(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string // path to text
		want  string
		wrong string
	}{
		"one":                            {files: map[string]string{"LICENSE": isc}, want: "ISC"},
		"with an ending":                 {files: map[string]string{"LICENCE.md": isc}, want: "ISC"},
		"none":                           {files: map[string]string{"README.md": isc}, wrong: "no licence"},
		"that of the documentation":      {files: map[string]string{"LICENSE": isc, "LICENSE.docs": gpl}, want: "ISC"},
		"code is none":                   {files: map[string]string{"license.go": isc}, wrong: "no licence"},
		"one that is not allowed":        {files: map[string]string{"LICENSE": gpl}, wrong: "not among"},
		"a package's own":                {files: map[string]string{"LICENSE": isc, "used/COPYING": gpl}, want: "ISC", wrong: "used/COPYING"},
		"that of a package left out":     {files: map[string]string{"LICENSE": isc, "unused/COPYING": gpl}, want: "ISC"},
		"one and more that nobody knows": {files: map[string]string{"LICENSE": isc + strings.Repeat("And whoever uses it has to send a postcard. ", 60)}, want: "ISC", wrong: "only"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for path, text := range test.files {
				path = filepath.Join(folder, path)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			used := filepath.Join(folder, "used")
			if err := os.MkdirAll(used, 0o700); err != nil {
				t.Fatal(err)
			}
			m := module{name: "example.com/x", folder: folder, packages: map[string]bool{folder: true, used: true}}
			got, err := m.licences()
			if !strings.Contains(strings.Join(got, " "), test.want) {
				t.Errorf("licences %v, not %s", got, test.want)
			}
			if (err != nil) != (test.wrong != "") || err != nil && !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("error %v, not %q", err, test.wrong)
			}
		})
	}
}
