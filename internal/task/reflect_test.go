package task

import (
	"fmt"
	"reflect"
)

// marker stands in every text that [fill] writes, so that a value that leaks is seen.
const marker = "VALUE"

// fullDefinition has every field set, to something else everywhere, each list of two.
func fullDefinition() Definition {
	var d Definition
	n := int64(1000) // beyond every default
	fill(reflect.ValueOf(&d).Elem(), "", &n)
	d.ContainerDefinitions[0].Name, d.ContainerDefinitions[1].Name = "web", "worker"
	return d
}

func fill(v reflect.Value, path string, n *int64) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(marker + path)
	case reflect.Int64:
		*n++
		v.SetInt(*n)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		if v.Elem().Kind() != reflect.Bool { // the one such is true unless set
			fill(v.Elem(), path, n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), fmt.Sprintf("%s.%d", path, i), n)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{marker + "a" + path: marker, marker + "b" + path: marker}))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), path+"."+v.Type().Field(i).Name, n)
		}
	default:
		panic("no filling for " + v.Type().String() + " at " + path)
	}
}

// change is something done to one place of a definition.
type change struct {
	path string
	do   func()
}

// changes are all the small changes that can be made to a value: to each text, number, flag
// and map, each list shorter, each object taken away; of a list's elements those of the first.
func changes(v reflect.Value, path string) []change {
	var out []change
	add := func(what string, do func()) { out = append(out, change{path + what, do}) }
	switch v.Kind() {
	case reflect.String:
		add("", func() { v.SetString(v.String() + "x") })
	case reflect.Int64:
		add("", func() { v.SetInt(v.Int() + 1) })
	case reflect.Bool:
		add("", func() { v.SetBool(!v.Bool()) })
	case reflect.Pointer:
		add(" taken away", v.SetZero)
		out = append(out, changes(v.Elem(), path)...)
	case reflect.Slice:
		add(" shorter", func() { v.SetLen(v.Len() - 1) })
		out = append(out, changes(v.Index(0), path+"[0]")...)
	case reflect.Map:
		key := v.MapKeys()[0]
		add(" with another value", func() { v.SetMapIndex(key, reflect.ValueOf("another")) })
		add(" with a key more", func() { v.SetMapIndex(reflect.ValueOf("more"), reflect.ValueOf("")) })
		add(" with a key less", func() { v.SetMapIndex(key, reflect.Value{}) })
	case reflect.Struct:
		for i := range v.NumField() {
			out = append(out, changes(v.Field(i), path+"."+v.Type().Field(i).Name)...)
		}
	}
	return out
}
