// Package connection is how AWS is reached: credentials, regions, endpoints and logs, by the settings of the provider
// block.
package connection
