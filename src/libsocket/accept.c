/* accept(): section 4 of docs/wire-format.md. */
#include "addresses.h"
#include "real.h"
#include "requests.h"
#include "system.h"
#include <sys/ioctl.h>

/* EINVAL: the stream isn't listening. What this process didn't see listen() itself for is asked once. */
static int check_listening(int fd, descriptor_t stream)
{
    if (stream.state == STREAM_LISTENING)
        return 0;
    int32_t which[] = { SOL_SOCKET, SO_ACCEPTCONN };
    int32_t listening = 0;
    uint32_t size = sizeof listening;
    struct request about = {
        .operation = WIRE_GETSOCKOPT,
        .payload = { { which, sizeof which }, { &size, sizeof size } },
        .payload_count = 2,
        .reply = &listening,
        .reply_size = sizeof listening,
    };
    int error = request_about(fd, &about);
    if (error == 0 && listening == 0)
        error = EINVAL;
    if (error == 0)
        descriptor_set_state(fd, stream, STREAM_LISTENING);
    return error;
}

/*
 * A record taken when the process has no number left for the descriptor in it would lose the connection: the kernel hands over the bytes and drops the
 * descriptor. TCP's accept() leaves it in the queue, so whether there's a number is tried before.
 */
static bool has_free_number(int fd)
{
    long free_number = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 0);
    if (free_number < 0)
        return false;
    system_close((int)free_number);
    return true;
}

/* Why a listening descriptor came to its end. */
static int end_of_listening(int fd)
{
    return request_pending_error(fd) == ENETDOWN ? ENETDOWN : EINVAL;  /* EINVAL: somebody called shutdown() */
}

static int accept_stream(int fd, descriptor_t listener, struct sockaddr *address, socklen_t *length, int flags, int *accepted)
{
    if ((flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0)
        return EINVAL;
    int error = check_listening(fd, listener);
    if (error != 0)
        return error;
    if (!has_free_number(fd))
        return errno;

    struct wire_accept record;
    struct iovec part = { &record, sizeof record };
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t received = REAL(recvmsg)(fd, &message, (flags & SOCK_CLOEXEC) != 0 ? MSG_CMSG_CLOEXEC : 0);
    if (received < 0)
        return errno == ECONNRESET ? end_of_listening(fd) : errno;
    if (received == 0)
        return end_of_listening(fd);
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    if (rights == NULL || rights->cmsg_type != SCM_RIGHTS)
        return (message.msg_flags & MSG_CTRUNC) != 0 ? EMFILE : EPROTO;
    memcpy(accepted, CMSG_DATA(rights), sizeof *accepted);
    if (received != sizeof record || record.magic != WIRE_ACCEPT_MAGIC || record.address_length > WIRE_MAXIMUM_NAME) {
        system_close(*accepted);
        return EPROTO;
    }

    if ((flags & SOCK_NONBLOCK) != 0) {
        int on = 1;
        syscall(SYS_ioctl, *accepted, FIONBIO, &on);
    }
    descriptor_t added = descriptor_add(*accepted, listener.inet6 ? WIRE_INET6 : WIRE_INET, SOCK_STREAM, STREAM_ESTABLISHED);
    addresses_keep(*accepted, added, &record);
    address_give(address, length, record.peer, record.address_length);
    return 0;
}

EXPORT int accept4(int fd, __SOCKADDR_ARG address, socklen_t *restrict length, int flags)
{
    descriptor_t listener = descriptor_get(fd);
    if (listener.kind == DESCRIPTOR_DATAGRAM && descriptor_is_still(fd, listener))
        return result_of(EOPNOTSUPP);
    if (listener.kind == DESCRIPTOR_STREAM && descriptor_is_still(fd, listener)) {
        int accepted = -1;
        int error = accept_stream(fd, listener, address.__sockaddr__, length, flags, &accepted);
        return error != 0 ? result_of(error) : accepted;
    }
    int accepted = flags == 0 ? REAL(accept)(fd, address.__sockaddr__, length) : REAL(accept4)(fd, address.__sockaddr__, length, flags);
    if (accepted >= 0)
        descriptor_changed(accepted);
    return accepted;
}

EXPORT int accept(int fd, __SOCKADDR_ARG address, socklen_t *restrict length)
{
    return accept4(fd, address, length, 0);
}
