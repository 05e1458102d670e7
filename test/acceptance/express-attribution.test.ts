import express from "express";
import express4 from "express-4";
import { describeAttribution } from "../support/describe-attribution.ts";
import { expressPlatform } from "../support/express-platform.ts";

const paths = ["/overlapping", "/upload"];

describeAttribution(expressPlatform("5", express, "audit first"), paths);
describeAttribution(expressPlatform("5", express, "audit last"), paths, 100);
describeAttribution(expressPlatform("4", express4, "audit first"), paths, 100);
