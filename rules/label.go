package rules

type label struct{}
