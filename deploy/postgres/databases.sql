-- One database for each service that has one; PostgreSQL's image runs this file at its first start.
CREATE DATABASE auth;
CREATE DATABASE catalog;
CREATE DATABASE report;
