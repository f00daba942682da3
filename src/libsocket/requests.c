/*
 * One request at a time goes over a connection, so that the next message on it is its reply.
 *
 * A connection for each request would be simplest. Measured against a daemon that does nothing but answer (2 cores, kernel 6.18): 25 µs a request so,
 * 9 µs over a connection that is kept; and the daemon's cost of accepting and watching another descriptor comes on top. A kept connection also goes on working
 * after chroot(2). So one is kept for the prefix that the program was started with, under these rules:
 *
 * - It lies in a slot. Whoever makes a request takes it out with an atomic exchange, and puts it back afterwards; who finds the slot empty (another
 *   thread is using it, or the code that this signal handler interrupted) makes a connection of his own. So nobody waits for anybody, no lock can be left
 *   held by fork(), and the functions that POSIX calls async-signal-safe stay that.
 * - Programs close descriptors that they don't know of (closefrom() in sshd, daemons at start). Before each use the inode says whether the number still is that
 *   connection. If not it's forgotten, not closed.
 * - It lies at a high number, but not beyond 1024, where it would make the kernel enlarge the process's table: programs count on getting low numbers in order.
 * - A fork's child closes its copy; replies to two processes on one connection would mix. Where fork's handlers don't run (vfork, clone), the process's identifier
 *   tells, and the slot isn't touched.
 */
#include "requests.h"
#include "prefix.h"
#include "system.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/un.h>

enum { SLOT_INET, SLOT_INET6, SLOTS };

/* The connection's inode in the upper half, its number in the lower one; 0: none. */
static _Atomic uint64_t slots[SLOTS];
static _Atomic uint32_t last_tag;

/* The control buffer that carries one descriptor. */
union descriptor_message {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static int move_high(int fd)
{
    struct rlimit limit;
    rlim_t end = 1024;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end)
        end = limit.rlim_cur;
    if (end < 64)
        return fd;
    int high = (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, (int)end - 16);
    if (high < 0)
        return fd;
    system_close(fd);
    return high;
}

/* A connection to the entry, or -1 and errno. */
static int connection_open(const char *prefix, int family)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char entry[24];
    snprintf(entry, sizeof entry, "/dev/socket/%d", family);
    if (!prefix_path(address.sun_path, sizeof address.sun_path, prefix, entry)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = (int)syscall(SYS_socket, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    long result;
    do
        result = syscall(SYS_connect, fd, &address, (socklen_t)sizeof address);
    while (result < 0 && errno == EINTR);
    if (result == 0)
        return move_high(fd);
    system_close(fd);
    return -1;
}

static _Atomic uint64_t *slot_for(const char *prefix, int family)
{
    const char *start = prefix_at_start();
    if (start == NULL || strcmp(prefix, start) != 0 || !descriptors_are_ours())
        return NULL;
    return &slots[family == WIRE_INET6 ? SLOT_INET6 : SLOT_INET];
}

static int slot_take(_Atomic uint64_t *slot)
{
    uint64_t kept = slot == NULL ? 0 : atomic_exchange(slot, 0);
    int fd = (int)(uint32_t)kept;
    return kept != 0 && system_socket_inode(fd) == (uint32_t)(kept >> 32) ? fd : -1;
}

static void slot_put(_Atomic uint64_t *slot, int fd)
{
    uint64_t none = 0;
    uint64_t kept = slot == NULL ? 0 : (uint64_t)system_socket_inode(fd) << 32 | (uint32_t)fd;
    if (kept == 0 || !atomic_compare_exchange_strong(slot, &none, kept))
        system_close(fd);
}

void requests_forked(void)
{
    for (int i = 0; i < SLOTS; i++) {
        int fd = slot_take(&slots[i]);
        if (fd >= 0)
            system_close(fd);
    }
}

static int send_request(int connection, const struct request *request, uint32_t tag)
{
    struct wire_request header = { .version = WIRE_VERSION, .operation = (uint16_t)request->operation, .tag = tag };
    struct iovec parts[4] = { { &header, sizeof header } };
    memcpy(parts + 1, request->payload, (size_t)request->payload_count * sizeof *parts);
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 1 + (size_t)request->payload_count };
    union descriptor_message control;
    if (request->descriptor >= 0) {
        memset(&control, 0, sizeof control);
        control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
        memcpy(CMSG_DATA(&control.header), &request->descriptor, sizeof(int));
        message.msg_control = &control;
        message.msg_controllen = sizeof control;
    }
    return system_sendmsg(connection, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

/* Receives one message of the reply. 0, or an errno; ENOTCONN: the connection ended. */
static int receive_reply(int connection, struct request *request, struct wire_reply *header)
{
    size_t filled = smaller(request->reply_length, request->reply_size);
    struct iovec parts[2] = { { header, sizeof *header }, { (char *)request->reply + filled, request->reply_size - filled } };
    union descriptor_message control;
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t length = system_recvmsg(connection, &message, MSG_TRUNC | (request->close_on_exec ? MSG_CMSG_CLOEXEC : 0));
    if (length < 0)
        return errno == ECONNRESET ? ENOTCONN : errno;
    if (length < (ssize_t)sizeof *header)
        return length == 0 ? ENOTCONN : EPROTO;
    request->reply_length += (size_t)length - sizeof *header;

    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (rights != NULL && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len >= CMSG_LEN(sizeof(int))) {
        int received;
        memcpy(&received, CMSG_DATA(rights), sizeof received);
        if (request->received != NULL)
            *request->received = received;
        else
            system_close(received);
    } else if (request->received != NULL && (message.msg_flags & MSG_CTRUNC) != 0) {
        return EMFILE;  /* the kernel had no number to give to it */
    }
    return 0;
}

/* The process at the other end: of a connection, who listens; of a socket of a stack, who made the pair. 0: not to be had. */
static pid_t daemon_behind(int fd)
{
    struct ucred credentials = { 0 };
    socklen_t size = sizeof credentials;
    int saved = errno;
    long result = syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size);
    errno = saved;
    return result == 0 ? credentials.pid : 0;
}

/* Makes the request over a connection. Whether the connection can be used again; *error is what came of it. */
static bool exchange(int connection, struct request *request, int *error)
{
    struct wire_reply reply;
    uint32_t tag = atomic_fetch_add(&last_tag, 1) + 1;
    request->reply_length = 0;
    *error = send_request(connection, request, tag);
    if (*error != 0)
        return false;
    do {
        *error = receive_reply(connection, request, &reply);
        if (*error != 0)
            return false;
        if (reply.version != WIRE_VERSION || reply.operation != (request->operation | WIRE_REPLY) || reply.tag != tag) {
            *error = EPROTO;
            return false;
        }
    } while ((reply.flags & WIRE_MORE) != 0);
    *error = reply.error;
    if (reply.error == ENOTSOCK)
        request->daemon = daemon_behind(connection);
    return true;
}

/* What the failure to reach a daemon means. */
static int unreachable(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case ECONNREFUSED:
    case EPIPE:
    case ENOTCONN:
    case ECONNRESET:
        return ENETDOWN;
    default:
        return error;
    }
}

int request(const char *prefix, int family, struct request *request)
{
    int saved = errno;
    _Atomic uint64_t *slot = slot_for(prefix, family);
    int connection = slot_take(slot);
    bool kept = connection >= 0;
    int error;
    for (;;) {
        if (connection < 0)
            connection = connection_open(prefix, family);
        if (connection < 0) {
            error = unreachable(errno);
            break;
        }
        if (exchange(connection, request, &error)) {
            slot_put(slot, connection);
            break;
        }
        system_close(connection);
        connection = -1;
        if (!kept || unreachable(error) != ENETDOWN) {
            error = unreachable(error);
            break;
        }
        kept = false;   /* it was from an earlier daemon: there may be another one now */
    }
    errno = saved;
    return error;
}

int request_about(int fd, struct request *about)
{
    struct identity identity;
    if (!identify(fd, &identity)) {
        descriptor_changed(fd);
        return ENOTSOCK;
    }
    about->descriptor = fd;
    int error = request(identity.prefix, identity.family, about);
    if (error != ENOTSOCK)
        return error;
    /* It's a stack's socket, but this daemon doesn't know it: it was a predecessor's, or the daemon has finished with it. */
    return about->daemon == daemon_behind(fd) ? ENOTCONN : ENETDOWN;
}

int request_pending_error(int fd)
{
    int32_t which[] = { SOL_SOCKET, SO_ERROR };
    uint32_t size = sizeof(int32_t);
    int32_t pending = 0;
    struct request about = {
        .operation = WIRE_GETSOCKOPT,
        .payload = { { which, sizeof which }, { &size, sizeof size } },
        .payload_count = 2,
        .reply = &pending,
        .reply_size = sizeof pending,
    };
    int error = request_about(fd, &about);
    if (error == ENOTCONN)
        return 0;   /* finished in order: the daemon remembers what it has an error for */
    return error != 0 ? error : pending;
}
