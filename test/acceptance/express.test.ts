import express from "express";
import express4 from "express-4";
import { describeApplication } from "../support/describe-application.ts";
import { expressPlatform } from "../support/express-platform.ts";

describeApplication(expressPlatform("5", express, "audit first"));
describeApplication(expressPlatform("5", express, "audit last"));
describeApplication(expressPlatform("4", express4, "audit first"));
describeApplication(expressPlatform("4", express4, "audit last"));
