/* Requests to the daemon and their replies: sections 1 and 2 of docs/wire-format.md. */
#ifndef LIBSOCKET_REQUESTS_H
#define LIBSOCKET_REQUESTS_H

#include "descriptors.h"

struct request {
    enum wire_operation operation;
    int descriptor;             /* to send along; -1: none */
    struct iovec payload[3];
    int payload_count;
    void *reply;                /* where the reply's payload goes */
    size_t reply_size;          /* bytes there */
    size_t reply_length;        /* out: bytes of the whole payload, which may be more */
    int *received;              /* out: the descriptor that came with the reply; NULL: none is expected */
    bool close_on_exec;         /* for that descriptor */
    pid_t daemon;               /* out, with ENOTSOCK: who said so */
};

/*
 * Sends a request to a stack's entry for an address family (BSD's number) and waits for the reply.
 * Gives 0 or an errno; ENETDOWN: there's no daemon, or not the one whose socket this is.
 */
int request(const char *prefix, int family, struct request *request);

/* The same for a request about a socket, whose name says where to ask. ENOTSOCK: it isn't a stack's; ENOTCONN: the daemon is done with it. */
int request_about(int fd, struct request *request);

/* SO_ERROR from the daemon, in which it is cleared: 0 or an errno. ENETDOWN: there's nobody to ask. */
int request_pending_error(int fd);

/* In the child of a fork: the connections are the parent's. */
void requests_forked(void);

#endif
