// Package tf is what the provider builds on the plugin framework: tables of fields, values, checks, errors, private
// state and attributes that several resources have.
package tf
