// Package dotnet holds .NET's own rules for the text of numbers, dates, spans
// and GUIDs, so that an Azure API Management policy expression prints and reads
// them here as it does in Azure.
//
// The rules are those of .NET Framework 4.x on Windows, which is what the
// gateway's expressions run on: a double prints with fifteen digits, a minus
// zero prints as "0", AddDays rounds to the millisecond, and messages carry
// "\r\nParameter name: x".
//
// Every fault is returned as an *Exception; nothing here panics on any input.
// The local time zone is UTC, as it is on Azure's machines.
package dotnet
