// Package taskimage is data "docker_image": the digest of an image, asked for at its registry.
package taskimage
