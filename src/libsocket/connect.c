/* connect(): section 4 of docs/wire-format.md for streams, a request for the others. */
#include "descriptors.h"
#include "real.h"
#include "requests.h"
#include "stream.h"
#include "system.h"
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

enum { PADDING = 4096, PADDINGS = WIRE_CONNECT_LENGTH / PADDING };

_Static_assert(PADDINGS * PADDING == WIRE_CONNECT_LENGTH, "the record is a whole number of paddings");

static int write_record(int fd, const void *address, size_t length)
{
    static const char padding[PADDING];
    struct wire_connect record = {
        .magic = WIRE_CONNECT_MAGIC,
        .length = WIRE_CONNECT_LENGTH,
        .address_length = (uint32_t)length,
    };
    memcpy(record.address, address, length);

    struct iovec parts[1 + PADDINGS] = { { &record, sizeof record } };
    for (int i = 1; i <= PADDINGS; i++)
        parts[i] = (struct iovec){ (void *)(uintptr_t)padding, i == 1 ? PADDING - sizeof record : PADDING };
    struct msghdr message = { .msg_iov = parts, .msg_iovlen = 1 + PADDINGS };
    ssize_t written = system_sendmsg(fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written == WIRE_CONNECT_LENGTH)
        return 0;
    if (written >= 0 || errno == EAGAIN) {
        /* The pair's buffer is smaller than the record (net.core.wmem_default): the daemon mustn't take half of it for the whole. */
        syscall(SYS_shutdown, fd, SHUT_RDWR);
        return ENOBUFS;
    }
    return errno == EPIPE ? ECONNABORTED : errno;
}

/* What a finished handshake came to: 0 or an errno. */
static int outcome(int fd, descriptor_t stream)
{
    if ((system_poll_now(fd, POLLRDHUP) & (POLLRDHUP | POLLHUP | POLLERR)) == 0) {
        descriptor_outcome_told(fd, stream);
        return 0;
    }
    int error = request_pending_error(fd);  /* 0: it was established, and the peer has closed it already */
    descriptor_set_state(fd, stream, STREAM_OPEN);
    return error == ENETDOWN ? ECONNRESET : error;
}

static bool is_connected(int fd, int *error)
{
    uint8_t name[WIRE_MAXIMUM_NAME];
    struct request about = { .operation = WIRE_GETPEERNAME, .reply = name, .reply_size = sizeof name };
    *error = request_about(fd, &about);
    return *error == 0;
}

/* Whether a record lies unread: the kernel says how much memory of ours waits at the other end. */
static bool is_connecting(int fd)
{
    int queued = 0;
    return (system_poll_now(fd, POLLOUT) & POLLOUT) == 0 && syscall(SYS_ioctl, fd, SIOCOUTQ, &queued) == 0 && queued > 0;
}

/* For a stream that has been tried before, or that others may have tried: 0 when a record may be written, otherwise what connect() is to return. */
static int may_connect(int fd, descriptor_t stream)
{
    if (stream.state == STREAM_LISTENING)
        return EISCONN;
    if ((system_poll_now(fd, POLLRDHUP) & (POLLRDHUP | POLLHUP)) != 0) {
        int error = request_pending_error(fd);
        return error == ENETDOWN ? ECONNRESET : error != 0 ? error : ECONNABORTED;
    }
    if (is_connecting(fd))
        return EALREADY;
    int error;
    if (is_connected(fd, &error))
        return EISCONN;
    return error == ENOTCONN ? 0 : error;
}

static int wait_for_outcome(int fd, descriptor_t stream, int when_late)
{
    if (stream_is_nonblocking(fd))
        return when_late;
    int error = stream_wait_writable(fd);
    if (error != 0)
        return error == EAGAIN ? when_late : error;
    return outcome(fd, stream);
}

static int connect_stream(int fd, descriptor_t stream, const struct sockaddr *address, socklen_t length)
{
    if (length < sizeof address->sa_family)
        return EINVAL;
    if (address->sa_family == AF_UNSPEC)
        return EOPNOTSUPP;  /* a stream can't be made unconnected again: its descriptor is one connection's */
    size_t needed = stream.inet6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (address->sa_family != (stream.inet6 ? AF_INET6 : AF_INET))
        return EAFNOSUPPORT;
    if (length < needed)
        return EINVAL;

    if (!descriptor_is_fresh(stream)) {
        int error = may_connect(fd, stream);
        if (error == EISCONN && stream.untold) {
            descriptor_outcome_told(fd, stream);
            return 0;   /* the outcome of the attempt before, told once, as on Linux */
        }
        if (error == EALREADY)
            return wait_for_outcome(fd, stream, EALREADY);
        if (error != 0)
            return error;
    }
    descriptor_set_state(fd, stream, STREAM_CONNECTING);
    int error = write_record(fd, address, needed);
    return error != 0 ? error : wait_for_outcome(fd, stream, EINPROGRESS);
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t length)
{
    descriptor_t socket = descriptor_get(fd);
    if (socket.kind != DESCRIPTOR_FOREIGN && descriptor_is_still(fd, socket)) {
        if (address.__sockaddr__ == NULL)
            return result_of(EFAULT);
        if ((int)length < 0 || length > sizeof(struct sockaddr_storage))
            return result_of(EINVAL);
        if (socket.kind == DESCRIPTOR_STREAM)
            return result_of(connect_stream(fd, socket, address.__sockaddr__, length));
        struct request about = {
            .operation = WIRE_CONNECT,
            .payload = { { (void *)(uintptr_t)address.__sockaddr__, length } },
            .payload_count = 1,
        };
        int error = request_about(fd, &about);
        if (error == 0)
            descriptor_set_state(fd, socket, address.__sockaddr__->sa_family == AF_UNSPEC ? STREAM_OPEN : STREAM_ESTABLISHED);
        return result_of(error);
    }
    return REAL(connect)(fd, address.__sockaddr__, length);
}
