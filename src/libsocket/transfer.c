/*
 * Reading and writing. For descriptors that aren't a stack's, and for streams, each of these is one look into the table and the kernel's own function.
 *
 * Datagram operations go through sendmsg's and recvmsg's form; streams are sent to with MSG_NOSIGNAL, so that an error of the connection can be told from a
 * broken pipe before the signal is raised.
 */
#include "transfer.h"
#include "datagram.h"
#include "real.h"
#include "requests.h"
#include "sandbox.h"
#include "scatter.h"
#include "stream.h"
#include "system.h"
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/* What the descriptor is, certainly: a datagram socket's inode has been compared. In a sandbox a stream is the kernel's alone. */
static inline descriptor_t look(int fd)
{
    descriptor_t known = descriptor_get(fd);
    if (known.kind == DESCRIPTOR_DATAGRAM && UNLIKELY(!descriptor_is_still(fd, known)))
        known = descriptor_get(fd);
    if (known.kind == DESCRIPTOR_STREAM && UNLIKELY(atomic_load_explicit(&sandbox_entered, memory_order_relaxed)))
        return (descriptor_t){ .kind = DESCRIPTOR_FOREIGN };
    return known;
}

/* Flags of TCP's that a Unix domain socket has no idea of, or another one. */
enum {
    SEND_FLAGS_TAKEN = MSG_DONTWAIT | MSG_OOB,
    RECEIVE_FLAGS_TAKEN = MSG_DONTWAIT | MSG_PEEK | MSG_WAITALL | MSG_OOB,
};

/* Tells the daemon something about the bytes that are written. 0 or an errno. */
static int announce(int fd, enum wire_operation operation)
{
    struct request about = { .operation = operation };
    return request_about(fd, &about);
}

static ssize_t send_stream(int fd, descriptor_t stream, const struct iovec *buffers, size_t count, int flags)
{
    if (UNLIKELY(!stream_is_open(stream))) {
        int error = stream_before_write(fd, stream, flags);
        if (error == EPIPE && (flags & MSG_NOSIGNAL) == 0)
            raise(SIGPIPE);
        if (error != 0)
            return result_of(error);
    }
    if (UNLIKELY((flags & MSG_OOB) != 0)) {
        int error = announce(fd, WIRE_URGENT);  /* the pair itself has a mark for the last byte; from now on the daemon looks for it */
        if (error != 0 && error != ENOTCONN)
            return result_of(error);
    }
    struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)buffers, .msg_iovlen = count };
    ssize_t sent = REAL(sendmsg)(fd, &message, (flags & SEND_FLAGS_TAKEN) | MSG_NOSIGNAL);
    if (UNLIKELY((flags & MSG_EOR) != 0) && sent > 0 && (size_t)sent == scatter_length(buffers, count))
        announce(fd, WIRE_END_RECORD);
    return UNLIKELY(sent < 0) ? stream_write_failed(fd, (flags & MSG_NOSIGNAL) != 0) : sent;
}

/* MSG_TRUNC on TCP: the bytes are thrown away, and counted (tcp(7)). */
static ssize_t discard_stream(int fd, size_t length, int flags)
{
    char scratch[16384];
    struct iovec part = { scratch, smaller(length, sizeof scratch) };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    return REAL(recvmsg)(fd, &message, flags & RECEIVE_FLAGS_TAKEN & ~MSG_WAITALL);
}

static ssize_t receive_stream(int fd, descriptor_t stream, const struct iovec *buffers, size_t count, int flags)
{
    if ((flags & MSG_ERRQUEUE) != 0)
        return result_of(EAGAIN);
    if (UNLIKELY(!stream_is_open(stream))) {
        int error = stream_before_read(fd, stream);
        if (error != 0)
            return result_of(error);
    }
    struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)buffers, .msg_iovlen = count };
    ssize_t received = (flags & MSG_TRUNC) != 0
        ? discard_stream(fd, scatter_length(buffers, count), flags)
        : REAL(recvmsg)(fd, &message, flags & RECEIVE_FLAGS_TAKEN);
    if (UNLIKELY(received <= 0) && (received < 0 || scatter_length(buffers, count) > 0))
        return stream_read_ended(fd, stream, received);
    return received;
}

/*
 * sendto() with MSG_FASTOPEN: connect, then send (tcp(7)). With TCP_FASTOPEN_CONNECT the stack, if it has a cookie of the server's, lets connect() succeed at once, and its SYN
 * takes what is sent; otherwise the handshake comes first, and asks for a cookie.
 */
static int connect_first(int fd, const struct msghdr *message)
{
    const int on = 1;
    if (setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on) != 0 && errno != EINVAL)
        return -1;  /* EOPNOTSUPP; EINVAL: connect() will say why */
    return connect(fd, message->msg_name, message->msg_namelen);
}

ssize_t transfer_sendmsg(int fd, const struct msghdr *message, int flags)
{
    descriptor_t socket = look(fd);
    switch (socket.kind) {
    case DESCRIPTOR_STREAM: {
        if (UNLIKELY((flags & MSG_FASTOPEN) != 0)) {
            if (connect_first(fd, message) != 0)
                return -1;
            socket = look(fd);
        }
        ssize_t sent = send_stream(fd, socket, message->msg_iov, message->msg_iovlen, flags);
        if (sent >= 0 || errno != ENOTSOCK)
            return sent;
        descriptor_changed(fd);
        return REAL(sendmsg)(fd, message, flags);
    }
    case DESCRIPTOR_DATAGRAM:
        return datagram_send(fd, socket, message, flags);
    default:
        return REAL(sendmsg)(fd, message, flags);
    }
}

void transfer_received_rights(struct msghdr *message)
{
    if (message->msg_controllen < sizeof(struct cmsghdr) || message->msg_control == NULL)
        return;
    for (struct cmsghdr *entry = CMSG_FIRSTHDR(message); entry != NULL; entry = CMSG_NXTHDR(message, entry)) {
        if (entry->cmsg_level != SOL_SOCKET || entry->cmsg_type != SCM_RIGHTS || entry->cmsg_len < CMSG_LEN(0))
            continue;
        for (size_t i = 0; i < (entry->cmsg_len - CMSG_LEN(0)) / sizeof(int); i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(entry) + i * sizeof fd, sizeof fd);
            descriptor_changed(fd);
        }
    }
}

ssize_t transfer_recvmsg(int fd, struct msghdr *message, int flags)
{
    descriptor_t socket = look(fd);
    switch (socket.kind) {
    case DESCRIPTOR_STREAM: {
        ssize_t received = receive_stream(fd, socket, message->msg_iov, message->msg_iovlen, flags);
        if (received < 0 && errno == ENOTSOCK)
            break;
        if (received >= 0) {
            message->msg_namelen = 0;
            message->msg_controllen = 0;
            message->msg_flags = 0;
        }
        return received;
    }
    case DESCRIPTOR_DATAGRAM:
        return datagram_receive(fd, socket, message, flags);
    default:
        break;
    }
    ssize_t received = REAL(recvmsg)(fd, message, flags);
    if (received >= 0)
        transfer_received_rights(message);
    return received;
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return transfer_sendmsg(fd, message, flags);
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return transfer_recvmsg(fd, message, flags);
}

EXPORT ssize_t read(int fd, void *buffer, size_t length)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_STREAM) {
        if (UNLIKELY(!stream_is_open(socket))) {
            int error = stream_before_read(fd, socket);
            if (error != 0)
                return result_of(error);
        }
        ssize_t received = REAL(read)(fd, buffer, length);
        return UNLIKELY(received <= 0) && length > 0 ? stream_read_ended(fd, socket, received) : received;
    }
    if (socket.kind == DESCRIPTOR_DATAGRAM) {
        if (length == 0)
            return 0;   /* read(2) on a socket doesn't take a datagram then; recv(2) does */
        struct iovec part = { buffer, length };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        return datagram_receive(fd, socket, &message, 0);
    }
    return REAL(read)(fd, buffer, length);
}

EXPORT ssize_t readv(int fd, const struct iovec *buffers, int count)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN || count <= 0 || count > IOV_MAX)
        return REAL(readv)(fd, buffers, count);
    size_t length = scatter_length(buffers, (size_t)count);
    if (length == 0)
        return 0;
    if (socket.kind == DESCRIPTOR_STREAM) {
        ssize_t received = receive_stream(fd, socket, buffers, (size_t)count, 0);
        return received < 0 && errno == ENOTSOCK ? REAL(readv)(fd, buffers, count) : received;
    }
    struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)buffers, .msg_iovlen = (size_t)count };
    return datagram_receive(fd, socket, &message, 0);
}

EXPORT ssize_t recvfrom(int fd, void *restrict buffer, size_t length, int flags, __SOCKADDR_ARG address, socklen_t *restrict address_length)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN)
        return REAL(recvfrom)(fd, buffer, length, flags, address.__sockaddr__, address_length);
    struct iovec part = { buffer, length };
    struct msghdr message = {
        .msg_name = address_length == NULL ? NULL : address.__sockaddr__,
        .msg_namelen = address_length == NULL ? 0 : *address_length,
        .msg_iov = &part,
        .msg_iovlen = 1,
    };
    ssize_t received = transfer_recvmsg(fd, &message, flags);
    if (received >= 0 && address_length != NULL && address.__sockaddr__ != NULL)
        *address_length = message.msg_namelen;
    return received;
}

EXPORT ssize_t recv(int fd, void *buffer, size_t length, int flags)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN)
        return REAL(recv)(fd, buffer, length, flags);
    return recvfrom(fd, buffer, length, flags, (struct sockaddr *)NULL, NULL);
}

EXPORT ssize_t write(int fd, const void *buffer, size_t length)
{
    descriptor_t socket = look(fd);
    struct iovec part = { (void *)(uintptr_t)buffer, length };
    if (socket.kind == DESCRIPTOR_STREAM) {
        ssize_t sent = send_stream(fd, socket, &part, 1, 0);
        if (sent >= 0 || errno != ENOTSOCK)
            return sent;
        descriptor_changed(fd);
    } else if (socket.kind == DESCRIPTOR_DATAGRAM) {
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        return datagram_send(fd, socket, &message, 0);
    }
    return REAL(write)(fd, buffer, length);
}

EXPORT ssize_t writev(int fd, const struct iovec *buffers, int count)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN || count <= 0 || count > IOV_MAX)
        return REAL(writev)(fd, buffers, count);
    if (socket.kind == DESCRIPTOR_STREAM) {
        ssize_t sent = send_stream(fd, socket, buffers, (size_t)count, 0);
        if (sent >= 0 || errno != ENOTSOCK)
            return sent;
        descriptor_changed(fd);
        return REAL(writev)(fd, buffers, count);
    }
    struct msghdr message = { .msg_iov = (struct iovec *)(uintptr_t)buffers, .msg_iovlen = (size_t)count };
    return datagram_send(fd, socket, &message, 0);
}

EXPORT ssize_t sendto(int fd, const void *buffer, size_t length, int flags, __CONST_SOCKADDR_ARG address, socklen_t address_length)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN)
        return REAL(sendto)(fd, buffer, length, flags, address.__sockaddr__, address_length);
    struct iovec part = { (void *)(uintptr_t)buffer, length };
    struct msghdr message = {
        .msg_name = (void *)(uintptr_t)address.__sockaddr__,
        .msg_namelen = address_length,
        .msg_iov = &part,
        .msg_iovlen = 1,
    };
    return transfer_sendmsg(fd, &message, flags);
}

EXPORT ssize_t send(int fd, const void *buffer, size_t length, int flags)
{
    descriptor_t socket = look(fd);
    if (socket.kind == DESCRIPTOR_FOREIGN)
        return REAL(send)(fd, buffer, length, flags);
    return sendto(fd, buffer, length, flags, (const struct sockaddr *)NULL, 0);
}
