// Package masked has what stands in place of values that are not shown.
package masked

// Secret is what Pulumi shows of a secret, in plans and in outputs; this project does likewise.
const Secret = "[secret]"
