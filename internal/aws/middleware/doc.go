// Package middleware is what every call of AWS passes: it logs calls, checks answers, hides values in errors, gives up
// connections that do not answer, and lets a call end when Terraform is interrupted.
package middleware
