/*
 * The preload library's own test: an ordinary program, which knows nothing of io-pkt, that says what it expects of sockets. It must run the same over a stack and
 * (but for the names of interfaces) over the kernel: run it without sockrun to see what Linux does.
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

/* One thing to try, in a process of its own, which has 30 seconds for it. */
struct test {
    const char *name;
    void (*run)(void);
};

extern const struct test connecting_tests[], stream_tests[], descriptor_tests[], datagram_tests[], option_tests[], interface_tests[], name_tests[];

/* Ends the test's process with what was expected, and errno. */
_Noreturn void failed(const char *file, int line, const char *expected);

/* Ends the test's process without success or failure. */
_Noreturn void skipped(const char *why);

#define EXPECT(condition) ((condition) ? (void)0 : failed(__FILE__, __LINE__, #condition))

/* A call that is to fail with this errno. */
#define EXPECT_ERROR(call, number) do { errno = 0; EXPECT((call) == -1); EXPECT(errno == (number)); } while (0)

/* 127.0.0.1 with this port. */
struct sockaddr_in local(uint16_t port);

/* The port that a socket is bound to. */
uint16_t port_of(int fd);

/* A listening socket on 127.0.0.1, on a port that the stack chose. */
int listening(int backlog);

/* A datagram socket bound likewise. */
int datagram_socket(void);

/* A connection to oneself. */
struct pair { int client, server; };
struct pair connected(void);

/* A port of 127.0.0.1 on which nobody listens. */
uint16_t dead_port(void);

void set_nonblocking(int fd, bool on);

/* Sends or receives exactly so many bytes. */
void send_all(int fd, const void *bytes, size_t length);
void receive_all(int fd, void *bytes, size_t length);

/* Waits for any of these events, and says which. */
short wait_for(int fd, short events);

int socket_error(int fd);

/* The child of a fork: runs what's given and ends. Its parent waits for it, and fails when it did. */
pid_t in_child(void (*run)(void *), void *argument);
void child_done(pid_t child);

double seconds(void);

/* The program again, to do one thing with a descriptor that it inherited. */
int executed(const char *what, int fd);
void execute(const char *what, int fd);

#endif
