//! The server as it runs: the real binary, a port of its own, a data folder of its own, and a client that can
//! misbehave. Numbers in test names are those of the project's list of attacks.

mod access;
mod audit;
mod clinic;
mod contracts;
mod crash;
mod disk;
mod http;
mod isolation;
mod journey;
mod links;
mod page;
mod process;
mod secrets;
mod uploads;
